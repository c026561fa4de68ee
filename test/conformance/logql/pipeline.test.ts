// Pipeline stages against the cases of Loki's own tests, where those are at hand (../shared).
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError, messageOf } from '#lib/errors.ts';
import { EntryLabels } from '#query/logql/stage/entry.ts';
import { compilePipeline } from '#query/logql/stage/index.ts';
import { compileUnwrap } from '#query/logql/stage/unwrap.ts';
import { parse } from '#query/logql/syntax/parser.ts';

interface Case {
  readonly stage: string;
  readonly expr?: string;
  readonly in?: {
    line?: string;
    labels?: Record<string, string>;
    structured_metadata?: Record<string, string>;
    pipeline_error?: string;
    pipeline_error_details?: string;
  };
  readonly want: {
    keep?: boolean;
    line?: string;
    labels?: Record<string, string>;
    value?: number;
    stage_valid?: boolean;
  };
}

const path = new URL(
  '../../../../shared/conformance/logql/converted/pipeline_cases.json',
  import.meta.url,
);
const isThere = existsSync(path);
/** Only ever raised. */
const passedMin = 292;
const stages = new Set(
  'json json_expr logfmt logfmt_expr regexp pattern unpack line_format label_format decolorize label_filter line_filter drop keep unwrap pipeline'.split(
    ' ',
  ),
);

test.skipIf(!isThere)('pipeline cases', () => {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  const run = cases.filter((one) => stages.has(one.stage) && one.expr !== undefined);
  const failures: string[] = [];
  let unsupported = 0;
  for (const one of run) {
    const problem = problemOf(one);
    if (problem === 'unsupported') unsupported++;
    else if (problem !== undefined) failures.push(`${one.expr?.slice(0, 150)}  →  ${problem}`);
  }
  const passed = run.length - failures.length - unsupported;
  console.log(
    `logql pipeline cases: ${passed}/${run.length}, unsupported ${unsupported}\n${failures.join('\n')}`,
  );
  expect(passed).toBeGreaterThanOrEqual(passedMin);
});

function problemOf(one: Case): string | undefined {
  try {
    const isUnwrap = one.stage === 'unwrap';
    const query = isUnwrap ? `rate({a="b"} ${one.expr} [1m])` : `{a="b"} ${one.expr}`;
    const expr = parse(query);
    const log = expr.kind === 'range-aggregation' ? expr.range.log : expr;
    if (log.kind !== 'log') return 'no log query';
    const pipeline = compilePipeline(log.stages);
    if (one.want.stage_valid === false) return 'stage accepted';
    const labels = new EntryLabels(
      new Map(Object.entries(one.in?.labels ?? {})),
      new Map(Object.entries(one.in?.structured_metadata ?? {})),
    );
    if (one.in?.pipeline_error)
      labels.fail(one.in.pipeline_error, one.in.pipeline_error_details ?? '');
    const entry = { line: one.in?.line ?? '', timeNano: 0n, labels };
    const keep = pipeline(entry);
    const { want } = one;
    if (isUnwrap && expr.kind === 'range-aggregation' && expr.range.unwrap) {
      const value = compileUnwrap(expr.range.unwrap)(entry);
      return want.value === undefined || value === want.value
        ? undefined
        : `value ${value} not ${want.value}`;
    }
    if (want.keep !== undefined && keep !== want.keep) return `keep ${keep}`;
    if (want.line !== undefined && entry.line !== want.line)
      return `line ${entry.line} not ${want.line}`;
    if (want.labels) {
      const got = JSON.stringify(labels.all());
      const wanted = JSON.stringify(
        Object.fromEntries(Object.entries(want.labels).sort(([a], [b]) => (a < b ? -1 : 1))),
      );
      const line = JSON.stringify(one.in?.line).slice(0, 120);
      if (got !== wanted) return `${line} gives ${got}\n      not ${wanted}`;
    }
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) return `crash: ${messageOf(thrown)}`;
    if (thrown.code === 'logql_unsupported') return 'unsupported';
    return one.want.stage_valid === false ? undefined : messageOf(thrown);
  }
}
