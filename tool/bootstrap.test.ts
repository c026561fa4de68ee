// The bootstrap in folders that look like a checkout in some state; npm and the tools are stand-ins
// that print what they were called with.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const base = mkdtempSync(join(tmpdir(), 'sightline-bootstrap-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let checkout: string;
let count = 0;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

const lock = (version: string): string =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });
const echo = (name: string): string =>
  `console.log('${name} ' + process.argv.slice(2).join(' '));\n`;

beforeEach(() => {
  checkout = join(base, `checkout-${count++}`);
  cpSync('tool/bootstrap.mjs', join(checkout, 'tool/bootstrap.mjs'));
  write('package-lock.json', lock('1.0.0'));
  write('node_modules/.package-lock.json', lock('1.0.0'));
  write('node_modules/vitest/vitest.mjs', echo('vitest'));
  // The stand-in for tsx plays tool/build.ts: it leaves what a build leaves.
  write(
    'node_modules/tsx/dist/cli.mjs',
    `import { mkdirSync, writeFileSync } from 'node:fs';
     console.log('tsx ' + process.argv.slice(2).join(' '));
     mkdirSync('dist/web', { recursive: true });
     writeFileSync('dist/sightline.js', '');
     writeFileSync('dist/web/index.html', '');
     writeFileSync('dist/main.js', "console.log('main ' + process.argv.slice(2).join(' '));");`,
  );
  write('npm.js', `${echo('npm')}process.exit(Number(process.env.NPM_STATUS ?? 0));\n`);
  write('src/main.ts', '');
  write('src/web/main.tsx', '');
});

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

interface Call {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** Sent when the first output comes. */
  readonly signal?: NodeJS.Signals;
}

function bootstrap({ args, env = {}, nodeArgs = [], signal }: Call): Promise<Ended> {
  const script = join(checkout, 'tool/bootstrap.mjs');
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    env: { ...process.env, npm_execpath: join(checkout, 'npm.js'), ...env },
  });
  let output = '';
  const read = (chunk: Buffer): void => {
    if (output === '' && signal) child.kill(signal);
    output += chunk;
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return new Promise((resolve) => {
    child.once('close', (status) => resolve({ status, output }));
  });
}

describe('the bootstrap', () => {
  it('only runs the command when all is there', async () => {
    const { status, output } = await bootstrap({ args: ['test', 'src/lib', '--bail=1'] });
    expect(output).toBe('vitest run src/lib --bail=1\n');
    expect(status).toBe(0);
  });

  it('installs when nothing is installed', async () => {
    rmSync(join(checkout, 'node_modules/.package-lock.json'));
    const { output } = await bootstrap({ args: ['test'] });
    expect(output).toMatch(
      /Installing packages \(none .*\n.*npm ci --include=dev[\s\S]*vitest run\n$/,
    );
  });

  it('installs when the lock file has another version', async () => {
    write('package-lock.json', lock('1.0.1'));
    const { output } = await bootstrap({ args: ['test'] });
    expect(output).toContain('Installing packages (a changed)');
  });

  it('says what failed when npm fails', async () => {
    rmSync(join(checkout, 'node_modules/.package-lock.json'));
    const { status, output } = await bootstrap({ args: ['test'], env: { NPM_STATUS: '1' } });
    expect(output).toContain('cannot install the packages');
    expect(output).not.toContain('vitest');
    expect(status).toBe(1);
  });

  it('builds what is stale, once, and starts it in its own process', async () => {
    const first = await bootstrap({ args: ['start', '--demo'] });
    expect(first.output).toContain('tsx tool/build.ts server web\n');
    expect(first.output).toContain('main up --demo\n');
    const second = await bootstrap({ args: ['start'] });
    expect(second.output).toBe('main up\n');
    write('src/web/main.tsx', 'changed');
    const third = await bootstrap({ args: ['start'] });
    expect(third.output).toContain('tsx tool/build.ts web\n');
    write('src/main.test.ts', 'a test is no part of the build');
    const fourth = await bootstrap({ args: ['start'] });
    expect(fourth.output).toBe('main up\n');
    rmSync(join(checkout, 'dist/main.js'));
    const fifth = await bootstrap({ args: ['start'] });
    expect(fifth.output).toContain('tsx tool/build.ts server\n');
  });

  it('keeps the status of the command', async () => {
    write('node_modules/vitest/vitest.mjs', 'process.exit(7);');
    expect((await bootstrap({ args: ['test'] })).status).toBe(7);
  });

  it('hands signals on', async () => {
    const waits = "console.log('waiting'); setInterval(() => {}, 1000);";
    write('node_modules/vitest/vitest.mjs', waits);
    expect((await bootstrap({ args: ['test'], signal: 'SIGTERM' })).status).toBe(143);
    expect((await bootstrap({ args: ['test'], signal: 'SIGINT' })).status).toBe(130);
  });

  it('refuses an old Node in one sentence', async () => {
    const old = "Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } })";
    const preload = `data:text/javascript,${encodeURIComponent(old)}`;
    const { status, output } = await bootstrap({ args: ['test'], nodeArgs: ['--import', preload] });
    expect(output).toBe('cannot run on Node 18.20.1: Sightline needs Node 20.19 or newer.\n');
    expect(status).toBe(1);
  });

  it('knows its words', async () => {
    const { status, output } = await bootstrap({ args: ['tset'] });
    expect(output).toContain("unknown command 'tset'");
    expect(status).toBe(1);
  });
});
