// The kinds of converted cases. A file of no kind is a failure.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { messageOf } from '#lib/errors.ts';
import { brokenSuite, type Suite } from '../suite.ts';
import type { ConvertedFile, ConvertedKind } from './kind.ts';
import { logqlParser } from './logql-parser.ts';
import { logqlPipeline } from './logql-pipeline.ts';
import { logqlDurations, logqlFormat, logqlTokens } from './logql-text.ts';
import { promqlDuration } from './promql-duration.ts';
import { promqlMatcher } from './promql-matcher.ts';
import { promqlParser } from './promql-parser.ts';
import { promqlPrinter } from './promql-printer.ts';
import { promqlSeries } from './promql-series.ts';
import { promqlTemplate } from './promql-template.ts';
import { traceqlEvaluation } from './traceql-evaluation.ts';
import { traceqlMetrics, traceqlSteps } from './traceql-metrics.ts';
import { traceqlParser } from './traceql-parser.ts';
import { traceqlSearch } from './traceql-search.ts';
import { traceqlNames, traceqlOperators, traceqlPowers } from './traceql-values.ts';

const kinds: readonly ConvertedKind[] = [
  traceqlNames,
  promqlParser,
  promqlPrinter,
  promqlDuration,
  promqlMatcher,
  promqlSeries,
  promqlTemplate,
  logqlParser,
  logqlPipeline,
  logqlTokens,
  logqlDurations,
  logqlFormat,
  traceqlParser,
  traceqlEvaluation,
  traceqlSearch,
  traceqlOperators,
  traceqlPowers,
  traceqlMetrics,
  traceqlSteps,
];

export function convertedSuite(name: string, path: string): Suite {
  let file: ConvertedFile;
  try {
    const json = JSON.parse(readFileSync(path, 'utf8')) as ConvertedFile['json'];
    file = { name: basename(path, '.json'), folder: dirname(path), json };
  } catch (error) {
    return brokenSuite(name, 'converted', `this file is no JSON: ${messageOf(error)}`);
  }
  const found = kinds.find((kind) => kind.recognise(file));
  if (!found) return brokenSuite(name, 'converted', 'no kind of cases that is known');
  return { name, kind: found.kind, needsServer: false, run: async () => found.run(file) };
}
