// Installs the real programs that tests compare with: Prometheus and promtool, node_exporter,
// Alertmanager and amtool, from Debian's newer suites; rsyslogd, logger and tmux from the machine's own.
// Nothing else on the machine changes: apt gets its own sources and state folder, packages are only
// downloaded and unpacked into a cache folder.
//
//   npm run counterparts        installs what is missing, prints the versions
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Program → the package that has it. */
const packages = {
  prometheus: 'prometheus',
  promtool: 'promtool',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  rsyslogd: 'rsyslog',
  logger: 'bsdutils',
  tmux: 'tmux',
} as const;

/** Of the machine's own suite, as they are linked to its C library; with the libraries that they need
 * beside those of every Debian. */
const ownPackages: readonly string[] = [
  ...['rsyslog', 'libestr0', 'libfastjson4', 'bsdutils'],
  ...['tmux', 'libevent-core-2.1-7', 'libutempter0', 'libtinfo6'],
];

export type Counterpart = keyof typeof packages;

/** Older ones answer differently and are no counterpart. */
const prometheusLeast = [3, 5];
const suites = ['forky', 'sid'];
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const folder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'sightline/counterparts',
);

/** The path of an installed program; undefined when it is not installed. */
export function counterpart(name: Counterpart): string | undefined {
  const paths = ['usr/bin', 'usr/sbin'].map((part) => join(folder, part, name));
  return paths.find((path) => existsSync(path));
}

/** For `LD_LIBRARY_PATH`, and where rsyslogd finds its modules. */
export function counterpartLibraries(): { readonly path: string; readonly rsyslog: string } {
  const all = ['usr/lib', 'lib'].flatMap((part) => {
    const parent = join(folder, part);
    const own = existsSync(parent) ? readdirSync(parent) : [];
    return own.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(parent, name));
  });
  const modules = all.map((path) => join(path, 'rsyslog')).find((path) => existsSync(path));
  return { path: all.join(':'), rsyslog: modules ?? '' };
}

/** How a program is asked for its version, where not by `--version`. */
const versionFlags: Readonly<Record<string, string>> = { rsyslogd: '-v', tmux: '-V' };

/** The first line that a program says of itself. */
export function versionOf(path: string): string {
  const text = execFileSync(path, [versionFlags[basename(path)] ?? '--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LD_LIBRARY_PATH: counterpartLibraries().path },
  });
  return text.split('\n', 1)[0] as string;
}

function install(): void {
  const work = mkdtempSync(join(tmpdir(), 'counterparts-'));
  try {
    const newer = Object.values(packages).filter((name) => !ownPackages.includes(name));
    download(join(work, 'newer'), suites, newer);
    download(join(work, 'own'), [ownSuite()], ownPackages);
    const unpacked = join(work, 'unpacked');
    for (const part of ['newer', 'own'].map((name) => join(work, name))) {
      for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
        execFileSync('dpkg', ['-x', join(part, file), unpacked]);
      }
    }
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'usr'), { recursive: true });
    for (const part of ['usr/bin', 'usr/sbin', 'usr/lib', 'lib']) {
      const from = join(unpacked, part);
      if (existsSync(from)) execFileSync('cp', ['-r', from, join(folder, part)]);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Packages of these suites, into a folder that is made. */
function download(work: string, from: readonly string[], names: readonly string[]): void {
  mkdirSync(work, { recursive: true });
  const apt = ['-o', `Dir::Etc::sourcelist=${writeSources(work, from)}`, ...privateFolders(work)];
  execFileSync('apt-get', [...apt, '-qq', 'update'], { stdio: 'inherit' });
  execFileSync('apt-get', [...apt, '-qq', 'download', ...new Set(names)], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** `bookworm`, as the machine says of itself. */
function ownSuite(): string {
  const found = /^VERSION_CODENAME="?(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'));
  if (!found?.[1]) throw new Error('this machine does not say which Debian it is');
  return found[1];
}

/** The machine's own Debian mirror, with the given suites. */
function writeSources(work: string, from: readonly string[]): string {
  const path = join(work, 'sources.list');
  const mirror = debianMirror();
  writeFileSync(
    path,
    from.map((suite) => `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`).join(''),
  );
  return path;
}

function debianMirror(): string {
  const places = ['/etc/apt/sources.list', ...filesIn('/etc/apt/sources.list.d')];
  for (const place of places.filter((path) => existsSync(path))) {
    const found = /\bhttps?:\/\/\S+\/debian\/?(?=\s)/.exec(readFileSync(place, 'utf8'));
    if (found) return found[0];
  }
  throw new Error('this machine has no Debian mirror among its apt sources');
}

const filesIn = (path: string): string[] =>
  existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];

function privateFolders(work: string): string[] {
  const parts = join(work, 'parts');
  const state = join(work, 'state');
  const cache = join(work, 'cache');
  for (const path of [parts, join(state, 'lists/partial'), join(cache, 'archives/partial')]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(join(state, 'status'), '');
  const settings = {
    'Dir::Etc::sourceparts': parts,
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': cache,
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

function assertNewEnough(path: string): void {
  const version = /version (\d+)\.(\d+)/.exec(versionOf(path));
  const [major, minor] = version ? version.slice(1).map(Number) : [];
  const [majorLeast, minorLeast] = prometheusLeast as [number, number];
  if (major === undefined || minor === undefined) throw new Error(`no version: ${path}`);
  if (major > majorLeast || (major === majorLeast && minor >= minorLeast)) return;
  throw new Error(`Prometheus ${major}.${minor} is too old: ${prometheusLeast.join('.')} or newer`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = Object.keys(packages) as Counterpart[];
  if (names.some((name) => !counterpart(name))) install();
  assertNewEnough(counterpart('prometheus') as string);
  for (const name of names) console.log(`${name}: ${versionOf(counterpart(name) as string)}`);
}
