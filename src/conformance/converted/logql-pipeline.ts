// One log line through a LogQL stage or pipeline, and what the small languages inside of stages read.
import { InputError, messageOf } from '#lib/errors.ts';
import { seriesLabels } from '#query/logql/eval/grouping.ts';
import { type MetricPlan, planMetric, type RangePlan } from '#query/logql/plan/plan.ts';
import { type Entry, EntryLabels } from '#query/logql/stage/entry.ts';
import { compilePipeline, sampleHints } from '#query/logql/stage/index.ts';
import { parseJsonPath } from '#query/logql/stage/json-path.ts';
import { capturePattern, matchesPattern, parsePattern } from '#query/logql/stage/pattern-text.ts';
import { compileUnwrap } from '#query/logql/stage/unwrap.ts';
import type { Grouping, Stage } from '#query/logql/syntax/ast.ts';
import { parse } from '#query/logql/syntax/parser.ts';
import { stable } from '../recorded/case.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly stage: string;
  readonly expr?: string;
  readonly query?: string;
  readonly pattern?: string;
  readonly expression?: string;
  readonly in?: {
    readonly line?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly structured_metadata?: Readonly<Record<string, string>>;
    readonly timestamp_ns?: number;
    readonly pipeline_error?: string;
    readonly pipeline_error_details?: string;
    readonly grouping?: { readonly by?: string[]; readonly without?: string[] } | null;
  };
  readonly want: {
    readonly keep?: boolean;
    readonly line?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly error?: string;
    readonly error_details?: string;
    readonly value?: number;
    readonly stage_valid?: boolean;
    /** Go's words; a case that has them is one that must be refused. */
    readonly stage_error?: string;
    readonly message?: string;
    readonly captures?: readonly string[];
    /** As `|>` asks. */
    readonly whole_line_matches?: boolean;
    readonly path?: readonly (string | number)[];
  };
}

export const logqlPipeline: ConvertedKind = {
  kind: 'logql-pipeline',
  recognise: (file) => hasNames(file, ['stage', 'want']),
  run: (file) =>
    check(
      casesOf<Case>(file),
      ({ stage, expr, query, pattern, expression }, i) =>
        `${i} ${stage} ${expr ?? query ?? pattern ?? expression ?? ''}`,
      problemOf,
    ),
};

const mustBeRefused = ({ want }: Case): boolean =>
  want.stage_valid === false || want.stage_error !== undefined;

function problemOf(one: Case): string | undefined {
  try {
    return run(one);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    if (!mustBeRefused(one) || thrown.code === 'logql_unsupported') {
      return `refused: ${messageOf(thrown)}`;
    }
    const reason = one.want.stage_error ?? '';
    return thrown.message.endsWith(reason) ? undefined : `refused: ${thrown.message} for ${reason}`;
  }
}

function run(one: Case): string | undefined {
  if (one.stage === 'pattern_match') return runCaptures(one);
  if (one.stage === 'json_path_expr') return runPath(one);
  if (one.stage === 'logfmt_key_expr') return runKey(one);
  const { stage, expr, query } = one;
  if (expr === undefined && query === undefined) return `${stage} is not run`;
  const text = query ?? (stage === 'unwrap' ? `rate({a="b"} ${expr} [1m])` : `{a="b"} ${expr}`);
  if (stage === 'json_expr') return runJsonPaths(one, text);
  const parsed = parse(text);
  if (parsed.kind === 'log') return runLine(one, parsed.stages);
  const grid = { startNano: 0n, stepNano: 1n, count: 1 };
  const range = rangeOf(planMetric(parsed, grid));
  return range ? runSample(one, range) : 'no range aggregation';
}

/** Labels of these cases may have the names of keywords, which no query can give them. */
function runJsonPaths(one: Case, text: string): string | undefined {
  const parsed = parse(text.replace(/([ ,])(\w+)(=")/g, '$1x_$2$3'));
  if (parsed.kind !== 'log') return 'no log query';
  const stages = parsed.stages.map((stage) =>
    stage.kind !== 'json'
      ? stage
      : {
          ...stage,
          extractions: stage.extractions.map((one) => ({ ...one, label: one.label.slice(2) })),
        },
  );
  return runLine(one, stages);
}

const rangeOf = (plan: MetricPlan): RangePlan | undefined =>
  plan.kind === 'range' ? plan : plan.inputs.map(rangeOf).find((range) => range);

function entryOf({ in: given = {} }: Case): Entry {
  const labels = new EntryLabels(
    new Map(Object.entries(given.labels ?? {})),
    new Map(Object.entries(given.structured_metadata ?? {})),
  );
  if (given.pipeline_error) labels.fail(given.pipeline_error, given.pipeline_error_details ?? '');
  return { line: given.line ?? '', timeNano: BigInt(given.timestamp_ns ?? 0), labels };
}

function runLine(one: Case, stages: readonly Stage[]): string | undefined {
  const pipeline = compilePipeline(stages);
  if (mustBeRefused(one)) return 'accepted';
  const entry = entryOf(one);
  const { want } = one;
  const keep = pipeline(entry);
  if (want.keep !== undefined && keep !== want.keep) return `keep ${keep}`;
  // A line that a template fails on stays; these cases have none.
  if (want.line !== undefined && entry.line !== want.line) return `line ${entry.line}`;
  return labelsProblem(one, entry, entry.labels.all());
}

function runSample(one: Case, plan: RangePlan): string | undefined {
  const { range, operation } = plan.aggregation;
  const { want } = one;
  const grouping = one.in?.grouping ? toGrouping(one.in.grouping) : plan.grouping;
  const isAbsence = operation === 'absent_over_time';
  const hints = sampleHints({
    stages: range.log.stages,
    unwrap: range.unwrap,
    grouping,
    isAbsence,
  });
  const pipeline = compilePipeline(range.log.stages, hints);
  const unwrap = range.unwrap ? compileUnwrap(range.unwrap, grouping) : () => 1;
  if (mustBeRefused(one)) return 'accepted';
  const entry = entryOf(one);
  const value = pipeline(entry) ? unwrap(entry) : undefined;
  if (want.keep !== undefined && (value !== undefined) !== want.keep) return `value ${value}`;
  if (want.value !== undefined && value !== want.value) return `value ${value} for ${want.value}`;
  const asked = isAbsence ? toGrouping({ by: [] }) : grouping;
  const isFailed = entry.labels.error !== '';
  return labelsProblem(one, entry, seriesLabels(entry.labels, isFailed ? undefined : asked));
}

const toGrouping = ({ by, without }: { by?: string[]; without?: string[] }): Grouping => ({
  isWithout: without !== undefined,
  labels: by ?? without ?? [],
  span: { from: 0, to: 0 },
});

function labelsProblem(
  { want }: Case,
  entry: Entry,
  have: Readonly<Record<string, string>>,
): string | undefined {
  const { error, errorDetails } = entry.labels;
  if (want.error !== undefined && error !== want.error) return `error ${error}`;
  if (want.error_details !== undefined && errorDetails !== want.error_details) {
    return `details ${errorDetails} for ${want.error_details}`;
  }
  if (!want.labels || stable(want.labels) === stable(have)) return undefined;
  return `labels ${stable(have)} for ${stable(want.labels)}`;
}

function runCaptures({ pattern = '', in: given = {}, want }: Case): string | undefined {
  const { line = '' } = given;
  const parsed = parsePattern(pattern);
  const found = capturePattern(parsed, line).map(([, value]) => value);
  if (stable(found) !== stable(want.captures)) return `captures ${stable(found)}`;
  const isWhole = matchesPattern(parsed, line);
  const wanted = want.whole_line_matches ?? isWhole;
  return isWhole === wanted ? undefined : `whole line ${isWhole}`;
}

function runPath({ expression = '', want }: Case): string | undefined {
  const path = parseJsonPath(expression);
  const wanted = want.stage_valid === false ? want.message : want.path;
  return stable(path) === stable(wanted) ? undefined : `path ${stable(path)}`;
}

function runKey(one: Case): string | undefined {
  const { expression = '' } = one;
  return runLine(one, [
    {
      kind: 'logfmt',
      isStrict: false,
      keepsEmpty: false,
      extractions: [{ label: 'x', expression }],
      span: { from: 0, to: 0 },
    },
  ]);
}
