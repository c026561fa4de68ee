// The package as somebody else installs it: packed, installed in an empty folder without our
// devDependencies, type-checked, imported and started.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortOffset, startProgram } from '../lib/program.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sightline-package-'));
const installed = join(folder, 'node_modules/sightline');

beforeAll(async () => {
  // Built already (npm run test:e2e does it first), so the package's own build step is left out.
  const packed = await run('npm', [
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ]);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)];
  await run('npm', args, { cwd: folder });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module in the folder where the package is installed, and gives back what it printed. */
async function runModule(text: string): Promise<string> {
  writeFileSync(join(folder, 'program.mjs'), text);
  return (await run(process.execPath, ['program.mjs'], { cwd: folder })).stdout;
}

describe('the package', () => {
  it('has all it needs and nothing else', () => {
    for (const path of ['dist/main.js', 'dist/engine-host.js', 'dist/web/index.html', 'LICENSE']) {
      expect(existsSync(join(installed, path)), path).toBe(true);
    }
    for (const path of ['src', 'test', 'tool', 'dist/.stamp.json']) {
      expect(existsSync(join(installed, path)), path).toBe(false);
    }
    expect(existsSync(join(folder, 'node_modules/react')), 'a devDependency').toBe(false);
  });

  it('type-checks in a program that imports it', async () => {
    const program = `
      import { startSightline, type PromqlResult, type Sightline } from 'sightline';
      const sightline: Sightline = await startSightline({ dataDir: './data' });
      const answer: PromqlResult = await sightline.query.promql.instant('up');
      if (answer.resultType === 'vector') console.log(answer.result[0]?.metric['job']);
      // @ts-expect-error there is no such option
      await startSightline({ nonsense: true });
    `;
    writeFileSync(join(folder, 'program.mts'), program);
    const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext'];
    const library = ['--target', 'es2023', '--lib', 'es2023,dom', '--types', ''];
    await run(process.execPath, [tsc, ...options, ...library, 'program.mts'], { cwd: folder });
  });

  it('exports what its types declare, and runs nothing when imported', async () => {
    const exports = "console.log(Object.keys(await import('sightline')).join())";
    const declared = readFileSync(join(installed, 'dist/index.d.ts'), 'utf8');
    const names = [...declared.matchAll(/^export declare \w+ (\w+)/gm)].map(([, name]) => name);
    expect((await runModule(exports)).trim()).toBe(names.sort().join());
  });

  it('starts a stack inside a program', async () => {
    const printed = await runModule(`
      import { startSightline } from 'sightline';
      const sightline = await startSightline();
      const response = await fetch(sightline.url + '/ready');
      console.log('ready', response.status);
      await sightline.flush();
      await sightline.stop();
      console.log('stopped');
    `);
    expect(printed).toBe('ready 200\nstopped\n');
  });

  it('starts as a command', async () => {
    const program = await startProgram({
      main: join(folder, 'node_modules/.bin/sightline'),
      cwd: folder,
      dataDir: join(folder, 'data'),
      portOffset: await freePortOffset(),
    });
    expect((await fetch(`${program.url}/ready`)).status).toBe(200);
    expect((await fetch(program.url)).headers.get('content-type')).toContain('text/html');
    expect(await program.stop()).toBe(0);
  });

  it('says how to get the demo', async () => {
    const program = startProgram({
      main: join(installed, 'dist/main.js'),
      cwd: folder,
      dataDir: join(folder, 'data-demo'),
      portOffset: await freePortOffset(),
      args: ['--demo'],
    });
    await expect(program).rejects.toThrow(
      /status 1;[\s\S]*npm install --no-save @opentelemetry\/api@/,
    );
  });
});
