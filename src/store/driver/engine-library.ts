// Finds the engine: libchdb of the optional package for this platform.
import { createRequire } from 'node:module';
import { OperationError } from '#lib/errors.ts';

export const enginePackageVersion = '26.7.3-stable.1';
const engineVersionPrefix = '26.7.';

/** `@chdb/lib-linux-x64-gnu` and so on. */
export function enginePackageName(platform: string, arch: string): string {
  return `@chdb/lib-${platform}-${arch}${platform === 'linux' ? '-gnu' : ''}`;
}

/** The path of the library; throws `store_engine_missing`, which says what to install. */
export function findEngineLibrary(
  platform: string = process.platform,
  arch: string = process.arch,
): string {
  const name = enginePackageName(platform, arch);
  try {
    return createRequire(import.meta.url).resolve(`${name}/libchdb.so`);
  } catch (cause) {
    throw new OperationError(
      'store_engine_missing',
      `cannot start the embedded engine: the optional package ${name} is not installed; ` +
        `run "npm install ${name}@${enginePackageVersion}" (it exists for linux and darwin, x64 and ` +
        'arm64, glibc), or use a ClickHouse of your own with --storage URL',
      { retryable: false, cause },
    );
  }
}

export function checkEngineVersion(version: string): void {
  if (version.startsWith(engineVersionPrefix)) return;
  throw new OperationError(
    'store_engine_missing',
    `cannot use the embedded engine: it is version ${version}, expected ${engineVersionPrefix}x; ` +
      `install ${enginePackageName(process.platform, process.arch)}@${enginePackageVersion}`,
    { retryable: false },
  );
}
