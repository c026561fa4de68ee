// A folder in, its suites out. A suite is known by its files; a file of a suite that is not
// understood becomes a failed case, and a folder that is none is named with the reason.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { InputError } from '#lib/errors.ts';
import { convertedSuite } from './converted/index.ts';
import { examplesSuite } from './converted/traceql-examples.ts';
import { logqltestSuite } from './logqltest/suite.ts';
import { promqltestSuite } from './promqltest/suite.ts';
import type { Language, RecordedCase } from './recorded/case.ts';
import { readCases, recordedSuite } from './recorded/suite.ts';
import { brokenSuite, type Suite } from './suite.ts';

export interface Discovered {
  readonly suites: readonly Suite[];
  /** Folders that hold no suite, and why. */
  readonly others: readonly { readonly name: string; readonly why: string }[];
}

/** Inputs of other tests: codecs and receivers, not query languages. */
const inputFolders: Readonly<Record<string, string>> = {
  expositions: 'scrape pages, which tests of the parsers read',
  otlp: 'examples of OTLP, which tests of the decoders read',
  w3c: 'trace contexts, which tests of the propagation read',
  http_api: 'examples of APIs, which tests of the API read',
};

export function discover(path: string): Discovered {
  const root = resolve(path);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new InputError('conformance_cases', `there is no folder ${path}`);
  }
  const suites: Suite[] = [];
  const others: Discovered['others'][number][] = [];
  const visit = (folder: string): void => {
    const name = relative(root, folder) || rootName(root);
    const input = inputFolders[basename(folder)];
    if (input !== undefined) {
      others.push({ name, why: input });
      return;
    }
    const entries = readdirSync(folder).sort();
    const folders = entries.filter((entry) => isFolder(join(folder, entry)));
    const files = entries.filter((entry) => !folders.includes(entry));
    const found = suitesOf(name, folder, files);
    suites.push(...found);
    if (found.length === 0 && files.some((file) => !file.endsWith('.md'))) {
      others.push({ name, why: 'no cases with answers' });
    }
    for (const one of folders) visit(join(folder, one));
  };
  visit(root);
  if (
    suites.length === 0 &&
    others.every(({ why }) => !Object.values(inputFolders).includes(why))
  ) {
    const kinds =
      '*.test, *.logqltest, test_examples.yaml, dataset.ndjson with cases-*.json, converted/*.json';
    throw new InputError('conformance_cases', `${path} holds no suite; a suite has ${kinds}`);
  }
  return { suites, others };
}

/** Links are followed; one that leads nowhere is no folder. */
const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** `promql/scripts`, like the name below a folder that holds more. */
const rootName = (root: string): string => root.split('/').slice(-2).join('/');

function suitesOf(name: string, folder: string, files: readonly string[]): Suite[] {
  const suites: Suite[] = [];
  const scripts = files.filter((file) => file.endsWith('.test'));
  if (scripts.length > 0) suites.push(promqltestSuite(name, folder, scripts));
  const logScripts = files.filter((file) => file.endsWith('.logqltest'));
  if (logScripts.length > 0) suites.push(logqltestSuite(name, folder, logScripts));
  if (files.includes('test_examples.yaml')) {
    suites.push(examplesSuite(`${name}/test_examples`, join(folder, 'test_examples.yaml')));
  }
  const cases = files.filter((file) => /^cases-.*\.json$/.test(file));
  if (cases.length > 0 || files.includes('dataset.ndjson')) {
    suites.push(recordedOf(name, folder, cases, files));
  }
  if (basename(folder) === 'converted') {
    for (const file of files.filter(
      (one) => one.endsWith('.json') && !one.endsWith('.otlp.json'),
    )) {
      suites.push(convertedSuite(`${name}/${file.replace(/\.json$/, '')}`, join(folder, file)));
    }
  }
  return suites;
}

function recordedOf(
  name: string,
  folder: string,
  cases: readonly string[],
  files: readonly string[],
): Suite {
  if (!files.includes('dataset.ndjson')) {
    return brokenSuite(name, 'recorded', 'there are cases-*.json, but no dataset.ndjson');
  }
  if (cases.length === 0) {
    return brokenSuite(name, 'recorded', 'there is a dataset.ndjson, but no cases-*.json');
  }
  const language = languageOf(folder, cases);
  return language
    ? recordedSuite({ name, folder, language, files: cases })
    : brokenSuite(name, 'recorded', 'neither PromQL nor LogQL nor TraceQL');
}

/** By the rows of the dataset; the paths of the cases would do too. */
function languageOf(folder: string, cases: readonly string[]): Language | undefined {
  const [first = '{}'] = readFileSync(join(folder, 'dataset.ndjson'), 'utf8').split('\n', 1);
  try {
    const row = JSON.parse(first) as Record<string, unknown>;
    if ('resourceSpans' in row || 'batches' in row) return 'traceql';
    if ('line' in row) return 'logql';
    if ('kind' in row) return 'promql';
  } catch {
    return undefined;
  }
  const read = readCases(join(folder, cases[0] as string));
  const [one] = typeof read === 'string' ? [] : (read as readonly RecordedCase[]);
  return one?.path.startsWith('/loki') ? 'logql' : undefined;
}
