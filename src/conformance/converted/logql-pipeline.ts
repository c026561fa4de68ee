// One log line through a LogQL stage or pipeline.
import { InputError, messageOf } from '#lib/errors.ts';
import { type Entry, EntryLabels } from '#query/logql/stage/entry.ts';
import { compilePipeline } from '#query/logql/stage/index.ts';
import { compileUnwrap } from '#query/logql/stage/unwrap.ts';
import { parse } from '#query/logql/syntax/parser.ts';
import { stable } from '../recorded/case.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly stage: string;
  readonly expr?: string;
  readonly query?: string;
  readonly in?: {
    readonly line?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly structured_metadata?: Readonly<Record<string, string>>;
    readonly pipeline_error?: string;
    readonly pipeline_error_details?: string;
  };
  readonly want: {
    readonly keep?: boolean;
    readonly line?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly value?: number;
    readonly stage_valid?: boolean;
  };
}

export const logqlPipeline: ConvertedKind = {
  kind: 'logql-pipeline',
  recognise: (file) => hasNames(file, ['stage', 'want']),
  run: (file) =>
    check(
      casesOf<Case>(file),
      ({ stage, expr, query }, i) => `${i} ${stage} ${expr ?? query ?? ''}`,
      problemOf,
    ),
};

function problemOf(one: Case): string | undefined {
  if (one.expr === undefined && one.query === undefined) return `${one.stage} is not run`;
  try {
    return run(one);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const isRefused = one.want.stage_valid === false && thrown.code !== 'logql_unsupported';
    return isRefused ? undefined : `refused: ${messageOf(thrown)}`;
  }
}

function run({ stage, expr, query, in: given = {}, want }: Case): string | undefined {
  const text = query ?? (stage === 'unwrap' ? `rate({a="b"} ${expr} [1m])` : `{a="b"} ${expr}`);
  const parsed = parse(text);
  const range = parsed.kind === 'range-aggregation' ? parsed.range : undefined;
  const log = range ? range.log : parsed;
  if (log.kind !== 'log') return 'no log query';
  const pipeline = compilePipeline(log.stages);
  if (want.stage_valid === false) return 'accepted';
  const labels = new EntryLabels(
    new Map(Object.entries(given.labels ?? {})),
    new Map(Object.entries(given.structured_metadata ?? {})),
  );
  if (given.pipeline_error) labels.fail(given.pipeline_error, given.pipeline_error_details ?? '');
  const entry: Entry = { line: given.line ?? '', timeNano: 0n, labels };
  const keep = pipeline(entry);
  if (range?.unwrap) {
    const value = compileUnwrap(range.unwrap)(entry);
    if (want.value !== undefined && value !== want.value) return `value ${value} for ${want.value}`;
    return undefined;
  }
  if (want.keep !== undefined && keep !== want.keep) return `keep ${keep}`;
  if (want.line !== undefined && entry.line !== want.line) return `line ${entry.line}`;
  if (!want.labels) return undefined;
  const [wanted, have] = [stable(want.labels), stable(labels.all())];
  return wanted === have ? undefined : `labels ${have} for ${wanted}`;
}
