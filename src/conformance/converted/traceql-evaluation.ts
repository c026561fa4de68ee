// TraceQL queries over spans that are given as data: spansets in, each of one trace, spansets out.
import { toStoredAttribute } from '#model/attribute.ts';
import { check as checkQuery } from '#query/traceql/check/check.ts';
import { evaluateSpansets } from '#query/traceql/eval/pipeline.ts';
import { noOrigin } from '#query/traceql/eval/span-rows.ts';
import { Trace, type TraceSpan } from '#query/traceql/eval/trace.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface CaseAttribute {
  readonly scope?: string;
  readonly name?: string;
  readonly intrinsic?: string;
  readonly type: string;
  readonly value: string | number | boolean;
}

export interface CaseSpan {
  readonly id?: string | null;
  readonly attributes?: readonly CaseAttribute[];
  readonly start_time_unix_nano?: number | string;
  readonly duration_nanos?: number | string;
}

export interface EvaluationCase {
  readonly query: string;
  readonly input: readonly { readonly spans: readonly CaseSpan[] }[];
  readonly output?: readonly { readonly spans: readonly CaseSpan[] }[];
  readonly error?: boolean;
}

export const traceqlEvaluation: ConvertedKind = {
  kind: 'traceql-evaluation',
  recognise: (file) =>
    hasNames(file, ['query', 'input', 'output']) || hasNames(file, ['query', 'input', 'error']),
  run: (file) =>
    check(casesOf<EvaluationCase>(file), ({ query }, i) => `${i} ${query}`, evaluationProblem),
};

/** What has no result (a division by zero) is an error in Tempo; here the span does not match. */
export function evaluationProblem(one: EvaluationCase): string | undefined {
  const wanted = keysOf((one.output ?? []).map(({ spans }) => spans));
  const given = evaluate(one);
  const isSame = JSON.stringify(given) === JSON.stringify(wanted);
  return isSame
    ? undefined
    : `${given.join(' ').slice(0, 200)} for ${wanted.join(' ').slice(0, 200)}`;
}

/** The spansets go through the pipeline together, as those of one trace. */
function evaluate({ query, input }: EvaluationCase): string[] {
  const { pipeline } = checkQuery(parse(query));
  const bySpan = new Map<TraceSpan, CaseSpan>();
  const ids = new Set<string>();
  const spansets = input.map(({ spans }) => ({
    spans: spans.map((given) => {
      const span = toSpan(given, ids);
      bySpan.set(span, given);
      return span;
    }),
    attributes: [],
  }));
  const trace = new Trace('1', [...bySpan.keys()]);
  const outputs = evaluateSpansets(pipeline, spansets, trace).map((spanset) =>
    spanset.spans.map((span) => bySpan.get(span)),
  );
  return keysOf(outputs);
}

/** Spansets as a sorted list of sorted lists of what tells spans apart. */
function keysOf(spansets: readonly (readonly unknown[])[]): string[] {
  const keyOf = (spans: readonly unknown[]): string =>
    spans
      .map((span) => JSON.stringify(span))
      .sort()
      .join();
  return spansets.map(keyOf).sort();
}

function toStored({ type, value }: CaseAttribute): string {
  if (type === 'float') return `\x03${value}`;
  if (type.endsWith('[]')) return `\x05${JSON.stringify(value)}`;
  return toStoredAttribute(value);
}

const statuses = ['unset', 'ok', 'error'];

/** Every span is one of its own: without an id, or with one of `ids`, it gets its place as id. */
export function toSpan(span: CaseSpan, ids: Set<string>): TraceSpan {
  const isNew = span.id !== undefined && span.id !== null && !ids.has(span.id);
  const spanId = isNew ? (span.id as string) : `#${ids.size}`;
  ids.add(spanId);
  const of = (...scopes: string[]): Map<string, string> =>
    new Map(
      (span.attributes ?? [])
        .filter((attribute) => attribute.scope !== undefined && scopes.includes(attribute.scope))
        .map((attribute) => [attribute.name ?? '', toStored(attribute)]),
    );
  const intrinsic = (name: string): CaseAttribute['value'] | undefined =>
    span.attributes?.find((attribute) => attribute.intrinsic === name)?.value;
  return {
    traceId: '1',
    spanId,
    parentSpanId: '',
    startUnixNano: BigInt(span.start_time_unix_nano ?? 0),
    durationNano: Number(span.duration_nanos ?? intrinsic('duration') ?? 0),
    name: String(intrinsic('name') ?? ''),
    serviceName: '',
    kind: 0,
    statusCode: Math.max(0, statuses.indexOf(String(intrinsic('status') ?? 'unset'))),
    statusMessage: String(intrinsic('statusMessage') ?? ''),
    origin: { ...noOrigin, resourceAttributes: of('resource') },
    attributes: of('span', 'none'),
    events: [],
    links: [],
  };
}
