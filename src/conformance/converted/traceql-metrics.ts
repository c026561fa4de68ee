// TraceQL metrics queries over spans, and the rules of their steps. Such queries are not evaluated
// yet, so that each case fails until they are.
import type { CaseResult } from '../suite.ts';
import { type ConvertedFile, type ConvertedKind, casesOf, hasNames } from './kind.ts';

const notYet = 'TraceQL metrics queries are not evaluated yet';

interface MetricsCase {
  readonly request: { readonly query: string };
}

export const traceqlMetrics: ConvertedKind = {
  kind: 'traceql-metrics',
  recognise: (file) => hasNames(file, ['request', 'input', 'output']),
  run: (file) =>
    casesOf<MetricsCase>(file).map(({ request }, i) => ({
      id: `${i} ${request.query}`,
      failure: notYet,
    })),
};

const lists = (file: ConvertedFile): string[] =>
  Object.keys(file.json).filter((name) => Array.isArray(file.json[name]));

export const traceqlSteps: ConvertedKind = {
  kind: 'traceql-steps',
  recognise: (file) => lists(file).includes('TestIntervalOf'),
  run: (file): CaseResult[] =>
    lists(file).flatMap((list) =>
      casesOf<object>(file, list).map((one) => ({
        id: `${list} ${JSON.stringify(one)}`,
        failure: notYet,
      })),
    ),
};
