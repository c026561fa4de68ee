// Questions with recorded answers: loads the dataset as one tenant, asks, compares.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#lib/errors.ts';
import { type Answered, inParallel, request } from '../http.ts';
import type { CaseResult, Suite, SuiteContext } from '../suite.ts';
import type { Target } from '../target.ts';
import { isObject, type Language, type RecordedCase } from './case.ts';
import { compareRecorded } from './compare.ts';
import { differenceOf, isListedAnswer } from './differences.ts';
import { loadDataset } from './load.ts';
import { normalise } from './normalise.ts';

const casesAtOnce = 6;

export interface RecordedFolder {
  readonly name: string;
  readonly folder: string;
  readonly language: Language;
  /** cases-*.json; those that store something last. */
  readonly files: readonly string[];
}

let suitesRun = 0;

export function recordedSuite({ name, folder, language, files }: RecordedFolder): Suite {
  return {
    name,
    kind: `${language}-recorded`,
    needsServer: true,
    run: async (context) => {
      const tenant = `recorded-${++suitesRun}`;
      let refusal: string | undefined;
      try {
        await loadDataset(language, { folder, target: context.target, tenant });
      } catch (error) {
        refusal = messageOf(error);
      }
      const results: CaseResult[] = [];
      for (const file of inOrder(files)) {
        const cases = readCases(join(folder, file), context.every);
        if (typeof cases === 'string') results.push({ id: file, failure: cases });
        else if (isScraped(file)) {
          results.push(...(await askScraped(language, cases, { folder, file, context })));
        } else if (refusal === undefined) {
          results.push(...(await askAll(language, cases, { file, tenant, context })));
        } else {
          const failure = `cannot load: ${refusal}`;
          results.push(...cases.map(({ id }) => ({ id, failure })));
        }
        context.progress(`${name}/${file}`);
      }
      return results;
    },
  };
}

const isPush = (file: string): boolean => file.includes('push');
const inOrder = (files: readonly string[]): string[] =>
  [...files].sort((a, b) => Number(isPush(a)) - Number(isPush(b)) || (a < b ? -1 : 1));

/** The cases, or why there are none. */
export function readCases(path: string, every = 1): readonly RecordedCase[] | string {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const cases = Array.isArray(json) ? json : isObject(json) ? json.cases : undefined;
    const isCase = (one: unknown): one is RecordedCase =>
      isObject(one) && typeof one.id === 'string' && typeof one.path === 'string';
    if (Array.isArray(cases) && cases.every(isCase)) {
      return (cases as readonly unknown[] as RecordedCase[]).filter((_, i) => i % every === 0);
    }
    return 'this file has no list of cases';
  } catch (error) {
    return `this file is no JSON: ${messageOf(error)}`;
  }
}

const isScraped = (file: string): boolean => file.endsWith('-scrape.json');

/** Asked of a program that scraped the page beside the cases. */
async function askScraped(
  language: Language,
  cases: readonly RecordedCase[],
  { folder, file, context }: { folder: string; file: string; context: SuiteContext },
): Promise<readonly CaseResult[]> {
  const page = join(folder, 'metadata-exposition.txt');
  if (!context.startScraped || !existsSync(page)) {
    return askAll(language, cases, { file, tenant: '', context });
  }
  try {
    const { target, stop } = await context.startScraped(readFileSync(page, 'utf8'));
    const asked = askAll(language, cases, { file, tenant: '', context: { ...context, target } });
    return await asked.finally(stop);
  } catch (error) {
    return cases.map(({ id }) => ({ id, failure: `cannot scrape: ${messageOf(error)}` }));
  }
}

interface AskContext {
  readonly file: string;
  readonly tenant: string;
  readonly context: SuiteContext;
}

function askAll(
  language: Language,
  cases: readonly RecordedCase[],
  { file, tenant, context }: AskContext,
): Promise<CaseResult[]> {
  const atOnce = isPush(file) ? 1 : casesAtOnce;
  return inParallel(cases, atOnce, (one) =>
    askCase(language, one, { target: context.target, tenant }),
  );
}

async function askCase(
  language: Language,
  one: RecordedCase,
  place: { readonly target: Target; readonly tenant: string },
): Promise<CaseResult> {
  const { id } = one;
  try {
    const answered = await askRecorded(language, one, place);
    const given = normalise(language, answered);
    const pushed = answered.headers['x-sightline-pushed'];
    const failure = compareRecorded(language, one, given);
    const listed = failure === undefined ? undefined : differenceOf(id);
    const isDeliberate = listed !== undefined && isListedAnswer(language, listed, given);
    return {
      id,
      failure: isDeliberate ? undefined : failure,
      ...(isDeliberate ? { isDeliberate } : {}),
      ...(pushed === undefined ? {} : { pushed: pushed === 'all' }),
      ...(isRefusal(answered) ? { notPushable: true } : {}),
    };
  } catch (error) {
    return { id, failure: messageOf(error) };
  }
}

const isRefusal = ({ status, body }: Answered): boolean =>
  status >= 400 && body.includes('query.push_down');

export function askRecorded(
  language: Language,
  one: RecordedCase,
  { target, tenant }: { readonly target: Target; readonly tenant: string },
): Promise<Answered> {
  return request(baseOf(language, one, target), {
    method: one.method,
    path: one.path,
    params: one.params ?? [],
    headers: { ...one.headers, 'x-scope-orgid': tenant, 'x-sightline-explain': '1' },
    body: bodyOf(one),
    form: one.form ?? false,
  });
}

function bodyOf({ body }: RecordedCase): string | undefined {
  if (body === undefined || body === null) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function baseOf(language: Language, { path }: RecordedCase, target: Target): string {
  if (language === 'promql') return target.prometheus;
  if (language === 'logql') return target.loki;
  return path.startsWith('/v1/traces') ? target.otlp : target.tempo;
}
