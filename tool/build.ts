// In: src/. Out: dist/, all that the package ships: main.js and sightline.js (bundles that load the
// `dependencies` at run time), engine-host.js, demo-process.js, web/ and index.d.ts.
// `npm run build` makes everything; `tsx tool/build.ts server web` only those parts.
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

const run = promisify(execFile);

const bundled: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  splitting: true,
  sourcemap: true,
  sourcesContent: false,
  chunkNames: 'chunk-[hash]',
  logLevel: 'silent',
};

const parts: Record<string, () => Promise<void>> = {
  server: async () => {
    await removeOldChunks('dist');
    await build({
      ...bundled,
      outdir: 'dist',
      entryPoints: {
        main: 'src/main.ts',
        sightline: 'src/index.ts',
        'engine-host': 'src/store/driver/engine-host.ts',
        'demo-process': 'src/demo/process.ts',
      },
    });
  },
  web: async () => {
    const { build: buildWeb } = await import('vite');
    await buildWeb({ logLevel: 'warn' });
  },
  types: async () => {
    // The public types are one file that imports nothing, so that one file describes the package.
    await rm('dist/types', { recursive: true, force: true });
    await run(process.execPath, [
      'node_modules/typescript/bin/tsc',
      ...['src/public-api.ts', '--declaration', '--emitDeclarationOnly', '--outDir', 'dist/types'],
      ...[
        '--ignoreConfig',
        '--strict',
        '--target',
        'es2023',
        '--module',
        'nodenext',
        '--types',
        '',
      ],
    ]);
    const declarations = await readFile('dist/types/public-api.d.ts', 'utf8');
    await writeFile('dist/index.d.ts', `${declarations}${entryDeclaration}`);
    await rm('dist/types', { recursive: true, force: true });
  },
};

/** What src/index.ts exports; test/e2e/package.test.ts holds the two together. */
const entryDeclaration = 'export declare const startSightline: StartSightline;\n';

async function removeOldChunks(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (/\.js(\.map)?$/.test(name)) await rm(`${folder}/${name}`);
  }
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
for (const name of wanted) {
  const part = parts[name];
  try {
    if (!part) throw new Error(`no such part; there are ${Object.keys(parts).join(', ')}`);
    await part();
  } catch (error) {
    // The stack is the builder's own; what is wrong in the sources is in the message.
    console.error(`cannot build ${name}: ${(error as Error).message}`);
    process.exit(1);
  }
}
