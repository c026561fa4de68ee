// An Alloy file, or a folder of *.alloy, in; one checked graph of collection out, with everything that
// is wrong or noteworthy. https://grafana.com/docs/alloy/latest/reference/
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, messageOf } from '#lib/errors.ts';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import { GraphBuilder } from './graph-builder.ts';
import { AlloyModule } from './module.ts';
import { parseAlloy } from './parser.ts';

export interface AlloyOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface AlloyText {
  readonly file: string;
  readonly text: string;
}

export interface AlloyResult {
  /** Undefined when there is an error among the problems. */
  readonly config: LogCollectionConfig | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads the file or the folder. Throws InputError `alloy_config_unreadable` or `alloy_config_invalid`,
 * which names every mistake; `onWarning` gets the rest.
 */
export function loadAlloyConfig(
  path: string,
  options: AlloyOptions,
  onWarning: (warning: Problem) => void = () => {},
): LogCollectionConfig {
  const { config, problems } = parseAlloyConfig(readAlloyTexts(path), options);
  for (const problem of problems) if (problem.severity === 'warning') onWarning(problem);
  if (config) return config;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new InputError('alloy_config_invalid', errors.map(formatProblem).join('\n'));
}

/** The file, or those of the folder. Throws InputError `alloy_config_unreadable`. */
export function readAlloyTexts(path: string): AlloyText[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, 'utf8') }];
    const names = readdirSync(path).filter((name) => name.endsWith('.alloy'));
    const files = names.sort().map((name) => join(path, name));
    if (files.length === 0) throw new Error('no *.alloy is there');
    return files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  } catch (cause) {
    const message = `cannot read ${path}: ${messageOf(cause)}`;
    throw new InputError('alloy_config_unreadable', message, { cause });
  }
}

/** The texts are one configuration. Never throws. */
export function parseAlloyConfig(texts: readonly AlloyText[], { env }: AlloyOptions): AlloyResult {
  const problems: Problem[] = [];
  const body = texts.flatMap(({ file, text }) => parseAlloy(text, file, problems));
  const file = texts[0]?.file ?? '';
  const graph = new GraphBuilder();
  const module = new AlloyModule({
    shared: {
      reading: { file, folder: dirname(file), isStrict: true, problems },
      env,
      readFile: readOrUndefined,
      listFolder,
    },
    graph,
    prefix: '',
    kind: 'root',
    outer: new Map(),
    locals: new Map([['module_path', dirname(file)]]),
    around: undefined,
    open: [],
  });
  // Behind a mistake in the writing, what names what is guesswork.
  if (problems.length === 0) module.run(body);
  const all = inReadingOrder(problems);
  const isWrong = all.some(({ severity }) => severity === 'error');
  return { config: isWrong ? undefined : graph.graph, problems: all };
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function listFolder(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch {
    return undefined;
  }
}

/** Each once: a body that is declared and used twice has its mistakes twice. */
function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const { place, message } = problem;
    const key = `${place.file}:${place.line}:${place.column}: ${message}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()].sort(
    ({ place: a }, { place: b }) =>
      compareTexts(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
