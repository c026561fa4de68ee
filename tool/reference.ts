// docs/reference/ is made from the program: error codes from every errors.ts, configuration from its
// list of options, own metrics from what a started program answers. `npm run gen` writes the files;
// test/reference.test.ts and test/integration/reference.test.ts compare them.
import { pathToFileURL } from 'node:url';
import type { OptionDefinition, OptionType } from '#config/options.ts';
import { isProgram, type SourceFile } from './tidy/source-file.ts';

const generated = 'Generated from the code by `npm run gen`; do not edit.';

export interface ErrorCode {
  readonly code: string;
  readonly sentence: string;
  /** The folder that declares it. */
  readonly folder: string;
}

/** Reads `export const <folder>Errors = { code: 'sentence' }` of every errors.ts. */
export async function readErrorCodes(files: readonly SourceFile[]): Promise<ErrorCode[]> {
  const codes: ErrorCode[] = [];
  for (const { path } of files.filter(isErrorList)) {
    const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    for (const [name, list] of Object.entries(module)) {
      if (!name.endsWith('Errors')) continue;
      const folder = path.replace(/^src\//, '').replace(/\/errors\.ts$/, '');
      for (const [code, sentence] of Object.entries(list as Record<string, string>)) {
        codes.push({ code, sentence, folder });
      }
    }
  }
  return codes.sort(by((entry) => entry.code));
}

const isErrorList = ({ path }: SourceFile): boolean =>
  /^src\/.+\/errors\.ts$/.test(path) && path !== 'src/lib/errors.ts';

/** Codes that the program throws but no errors.ts declares, with the place. */
export function findUndeclaredCodes(
  files: readonly SourceFile[],
  codes: readonly ErrorCode[],
): string[] {
  const declared = new Set(codes.map(({ code }) => code));
  const thrown = /new (?:Input|Operation)Error\(\s*'([^']+)'/g;
  return files.filter(isProgram).flatMap((file) =>
    [...file.text.matchAll(thrown)]
      .map((match) => match[1] as string)
      .filter((code) => !declared.has(code))
      .map((code) => `${file.path}: throws '${code}'; declare it in an errors.ts`),
  );
}

/** Codes that two folders declare: a reader could not know which is meant. */
export function findDoubleCodes(codes: readonly ErrorCode[]): string[] {
  return codes
    .filter((entry, i) => codes[i - 1]?.code === entry.code)
    .map(({ code }) => {
      const folders = codes.filter((entry) => entry.code === code).map(({ folder }) => folder);
      return `${code}: declared in ${folders.join(' and in ')}; one declaration is enough`;
    });
}

/** Sentences that send a reader to a configuration key which does not exist. */
export function findUnknownKeys(codes: readonly ErrorCode[], keys: ReadonlySet<string>): string[] {
  const groups = [...new Set([...keys].filter((key) => key.includes('.')).map(groupOf))];
  const mention = new RegExp(`\\b(?:${groups.join('|')})\\.[a-z_]*[a-z]\\b`, 'g');
  return codes.flatMap(({ code, sentence, folder }) =>
    (sentence.match(mention) ?? [])
      .filter((key) => !keys.has(key))
      .map((key) => `${folder}/errors.ts: ${code} names ${key}, which is no key`),
  );
}

const groupOf = (key: string): string => key.slice(0, key.indexOf('.'));

export function printErrors(codes: readonly ErrorCode[]): string {
  return page('Error codes', [
    'Every error that Sightline answers or logs has one of these codes. They are stable.',
    table(
      ['code', 'meaning', 'from'],
      codes.map(({ code, sentence, folder }) => [`\`${code}\``, sentence, folder]),
    ),
  ]);
}

export interface OwnMetric {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
}

/** In: what /metrics answers. Every instrument has its two comment lines, also before it counts. */
export function readOwnMetrics(exposition: string): OwnMetric[] {
  const helps = new Map<string, string>();
  const metrics: OwnMetric[] = [];
  for (const line of exposition.split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (word === 'HELP')
      helps.set(
        name,
        rest.replace(/\\([\\n])/g, (_, c) => (c === 'n' ? ' ' : c)),
      );
    if (word === 'TYPE') metrics.push({ name, kind: rest, help: helps.get(name) ?? '' });
  }
  return metrics.sort(by((metric) => metric.name));
}

export function printMetrics(metrics: readonly OwnMetric[]): string {
  return page('Own metrics', [
    'What Sightline tells of itself at `/metrics` (ports 3000 and 8888) and keeps in its own store.',
    table(
      ['name', 'kind', 'meaning'],
      metrics.map(({ name, kind, help }) => [`\`${name}\``, kind, help]),
    ),
  ]);
}

export interface ConfigOption extends OptionDefinition {
  readonly key: string;
  readonly flagName: string;
  readonly variable: string;
}

export function printConfig(options: readonly ConfigOption[]): string {
  return page('Configuration', [
    [
      'Nothing has to be configured. Every key of `sightline.yaml` is also a flag and a variable; a flag',
      'counts before a variable, a variable before the file. `query.timeout` in the table is',
      '`query: {timeout: …}` or `query.timeout: …` in the file.',
    ].join('\n'),
    table(
      ['key', 'flag', 'variable', 'type', 'default', 'meaning'],
      options.map((option) => [
        `\`${option.key}\``,
        option.onCommandLine === false ? '–' : `\`${option.flagName}\``,
        `\`${option.variable}\``,
        typeOf(option.type),
        option.default === undefined ? '–' : `\`${option.default}\``,
        option.meaning,
      ]),
    ),
    [
      'Durations are numbers with units (`90s`, `1h30m`, `7d`), sizes likewise (`512KiB`, `1GiB`).',
    ].join('\n'),
  ]);
}

const typeOf = (type: OptionType): string =>
  typeof type === 'string' ? type : type.oneOf.map((word) => `\`${word}\``).join(', ');

const page = (title: string, paragraphs: readonly string[]): string =>
  `# ${title}\n\n${generated}\n\n${paragraphs.join('\n\n')}\n`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
