// Completes package-lock.json after `npm install` from a registry that lacks some platform packages
// (a mirror, or a package that is being published): npm then leaves their entries out, and `npm ci`
// refuses the lock file everywhere. Entries made here have version and platform, but no checksum.
// See https://github.com/npm/cli/issues/4828.
import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  engines?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const platforms = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/** What the name of a platform package says, such as `@scope/tool-linux-arm64-musl`. */
function entryOf(name: string, version: string, parent: LockEntry): LockEntry {
  const words = name.split(/[/-]/);
  const os = words.find((word) => platforms.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (!cpu || (!os && cpu !== 'wasm32')) throw new Error(`no platform in the name ${name}`);
  const libc = os === 'linux' ? { gnu: 'glibc', musl: 'musl' }[words.at(-1) ?? ''] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
    ...(parent.engines ? { engines: parent.engines } : {}),
  };
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const packages: Record<string, LockEntry> = lock.packages;
let added = 0;
for (const [path, entry] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue;
    if (!/^\d/.test(version))
      throw new Error(`${path} asks for ${name} ${version}: not one version`);
    packages[`node_modules/${name}`] = entryOf(name, version, entry);
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${added} entries to package-lock.json`);
