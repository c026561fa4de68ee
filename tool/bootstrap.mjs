// In: a checkout in any state and a command word. Out: installed packages, a fresh build, and then
// that command. This is what `npm start` and `npm test` call, so that a fresh clone needs nothing
// but Node and npm.
// Plain JavaScript without dependencies, because it runs before anything is installed. Quick when
// nothing is stale (well under 150 ms): it compares two lock files and the names, sizes and times of
// the sources, and starts no other process before it is needed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const vitest = (config, ...more) => ({
  bin: 'node_modules/vitest/vitest.mjs',
  args: ['run', ...(config ? ['-c', config] : []), ...more],
});

/** What each word of package.json needs built, and what it runs. */
const commands = {
  start: { builds: ['server', 'web'], main: 'dist/main.js', args: ['up'] },
  test: { builds: [], ...vitest() },
  'test:int': { builds: ['server'], ...vitest('vitest.int.config.ts') },
  'test:e2e': { builds: ['server', 'web', 'types'], ...vitest('vitest.e2e.config.ts') },
  'test:real': { builds: ['server'], ...vitest('vitest.real.config.ts') },
  'test:soak': { builds: ['server'], ...vitest('vitest.soak.config.ts') },
  conformance: { builds: ['server'], main: 'dist/main.js', args: ['conformance'] },
  fuzz: { builds: [], ...vitest('vitest.fuzz.config.ts') },
  check: { builds: [], bin: 'node_modules/tsx/dist/cli.mjs', args: ['tool/check.ts'] },
  bench: {
    builds: ['server', 'web'],
    bin: 'node_modules/tsx/dist/cli.mjs',
    args: ['bench/main.ts'],
  },
};

/** The folders and files that each part of the build is made from, and what it must leave behind. */
const parts = {
  server: {
    sources: ['src', 'tool/build.ts', 'package.json', 'package-lock.json'],
    without: ['src/web'],
    outputs: ['dist/main.js', 'dist/sightline.js'],
  },
  web: {
    sources: [
      ...['src/web', 'src/query', 'src/api', 'src/model', 'src/sql', 'src/lib'],
      ...['vite.config.ts', 'package-lock.json'],
    ],
    without: [],
    outputs: ['dist/web/index.html'],
  },
  types: {
    sources: ['src/public-api.ts', 'tool/build.ts'],
    without: [],
    outputs: ['dist/index.d.ts'],
  },
};

const stampFile = join(root, 'dist/.stamp.json');

await main(process.argv[2], process.argv.slice(3));

async function main(word, args) {
  process.chdir(root);
  const command = commands[word];
  if (!command) fail(`unknown command '${word}'; one of: ${Object.keys(commands).join(', ')}`);
  const node = process.versions.node.split('.').map(Number);
  if (node[0] < 20 || (node[0] === 20 && node[1] < 19)) {
    fail(`cannot run on Node ${process.versions.node}: Sightline needs Node 20.19 or newer.`);
  }
  await installIfStale();
  await buildIfStale(command.builds);
  if (command.main) return runHere(command.main, [...command.args, ...args]);
  await run([command.bin, ...command.args, ...args]);
}

async function installIfStale() {
  const reason = staleInstall();
  if (!reason) return;
  say(`Installing packages (${reason}) …`);
  const started = performance.now();
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const status = await (npm?.endsWith('.js')
    ? spawned(process.execPath, [npm, ...args])
    : spawned('npm', args));
  if (status !== 0) {
    fail('cannot install the packages: npm ci failed (its words are above); `npm ci` repeats it.');
  }
  say(`Installed in ${seconds(started)}.`);
}

/** Why node_modules does not hold what package-lock.json asks for; '' when it does. */
function staleInstall() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return 'none are installed yet';
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || (entry.optional && !present[path])) continue;
    if (present[path]?.version !== entry.version) return `${path.slice(13)} changed`;
  }
  return '';
}

async function buildIfStale(names) {
  if (names.length === 0) return;
  const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const current = Object.fromEntries(names.map((name) => [name, stampOf(parts[name])]));
  const stale = names.filter(
    (name) =>
      stamps[name] !== current[name] ||
      !parts[name].outputs.every((output) => existsSync(join(root, output))),
  );
  if (stale.length === 0) return;
  say(`Building ${stale.join(', ')} …`);
  const started = performance.now();
  const status = await spawned(process.execPath, [
    'node_modules/tsx/dist/cli.mjs',
    'tool/build.ts',
    ...stale,
  ]);
  if (status !== 0) fail('cannot build: the messages above say what is wrong.');
  for (const name of stale) stamps[name] = current[name];
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
  say(`Built in ${seconds(started)}.`);
}

/** One hash over the path, size and time of every source; tests are no part of a build. */
function stampOf({ sources, without }) {
  const hash = createHash('sha1');
  const visit = (path) => {
    if (without.includes(path) || /\.test\.tsx?$|\/golden$/.test(path)) return;
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else {
      hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
    }
  };
  sources.forEach(visit);
  return hash.digest('hex');
}

/** The program itself, in this process: signals, exit status and memory are then simply its own. */
async function runHere(file, args) {
  const path = join(root, file);
  process.argv.splice(1, Number.POSITIVE_INFINITY, path, ...args);
  await import(path);
}

/** A tool as a child; ends as the child ends. */
async function run(argv) {
  process.exitCode = await spawned(process.execPath, argv);
}

function spawned(file, args) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit' });
    // A terminal sends Ctrl-C to the child as well: twice would be taken for impatience.
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const done = (status) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(status);
    };
    child.on('error', (error) => {
      say(error.message);
      done(127);
    });
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
