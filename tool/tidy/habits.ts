// Habits that a text search can check: who reads time, randomness and the environment, names,
// leftovers, tests that are switched off, paths of one machine.
import {
  isCode,
  isProgram,
  isTest,
  lineAt,
  type SourceFile,
  withoutComments,
} from './source-file.ts';

interface Habit {
  readonly pattern: RegExp;
  readonly applies: (file: SourceFile) => boolean;
  readonly advice: string;
  /** Comments count as well; by default only code does. */
  readonly inComments?: boolean;
}

const under = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path.startsWith(`src/${folder}`));

/** The main of a process of its own: its argument vector is the engine's. */
const engineHost = 'store/driver/engine-host.ts';

const habits: readonly Habit[] = [
  {
    pattern: /\bDate\.now\(|\bperformance\.now\(|\bnew Date\(\)|\bprocess\.hrtime\b/g,
    applies: (file) => isProgram(file) && !under(file.path, 'lib/clock.ts', 'web/'),
    advice: 'only lib/clock.ts reads time; take a Clock',
  },
  {
    pattern: /\bMath\.random\(|\brandomBytes\(|\brandomUUID\(|\brandomInt\(|\bgetRandomValues\(/g,
    applies: (file) => isProgram(file) && !under(file.path, 'lib/random.ts', 'web/'),
    advice: 'only lib/random.ts makes randomness; take a Random',
  },
  {
    pattern: /\bprocess\.(env|argv)\b/g,
    applies: (file) =>
      isProgram(file) && !under(file.path, 'main.ts', 'cli/', 'config/', engineHost),
    advice: 'only main.ts, cli/ and config/ read the environment and the command line',
  },
  {
    pattern: /\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))/g,
    applies: (file) => isCode(file) || file.path.endsWith('.css'),
    advice: 'finish it, or name the issue as in TODO(#12)',
    inComments: true,
  },
  {
    pattern: /\b(?:it|test|describe|suite)\.(?:only|skip|todo)\(/g,
    applies: isTest,
    advice: 'tests run; use skipIf(condition) with the reason in the title',
  },
  {
    pattern: /\/root\/|\/home\/[a-z]+\//g,
    applies: (file) => !file.path.endsWith('package-lock.json'),
    advice: 'names a path of one machine',
    inComments: true,
  },
];

export function findBadHabits(
  files: readonly SourceFile[],
  isExempt: (file: SourceFile) => boolean = () => false,
): string[] {
  return files
    .filter((file) => !isExempt(file))
    .flatMap((file) => {
      const code = isCode(file) ? withoutComments(file.text) : file.text;
      return habits
        .filter((habit) => habit.applies(file))
        .flatMap(({ pattern, advice, inComments }) =>
          [...(inComments ? file.text : code).matchAll(pattern)].map(
            (match) =>
              `${file.path}:${lineAt(file.text, match.index + 1)}: '${match[0]}': ${advice}`,
          ),
        );
    });
}

const bannedWords = /^(utils?|helpers?|managers?|handlers?|services?|common|data|infos?|misc)$/;

/** Words that say nothing by themselves but are part of a name that comes from outside. */
const outsideNames = [
  'data-dir', // the flag --data-dir
  'data-point', // OpenTelemetry
  'service-name', // OpenTelemetry: the attribute service.name
  'page/services', // the page /services of the web UI
  'service-graph', // the collector's component
  'service-map',
  'service-monitor', // the Prometheus operator's object
  'service-role', // `role: service` of Kubernetes discovery
  'web/data', // the folder of the web UI's clients
];

/** Own names must say something; the demo's services have names from outside. */
export function findBannedNames(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => /^(src|test|tool|bench)\//.test(path))
    .filter(({ path }) => !/^src\/demo\/|^test\/fixture\//.test(path))
    .flatMap(({ path }) => {
      const words = outsideNames
        .reduce((rest, name) => rest.replaceAll(name, ''), path)
        .split(/[/.-]/)
        .map((word) => word.toLowerCase());
      const banned = words.find((word) => bannedWords.test(word));
      return banned ? [`${path}: '${banned}' says nothing; name what it is (STYLE, names)`] : [];
    });
}

export function findLeftovers(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => /\.(old|bak|orig|rej|tmp|swp)$|~$|-changed\.\w+$/.test(path))
    .map(({ path }) => `${path}: a leftover; delete it (git keeps history)`);
}
