// Evaluation on spans given as data: our cases beside this file, and Tempo's where the shared folder
// exists. A case is a query, spansets in (each stands for one trace), spansets out; compared as sets.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { toStoredAttribute } from '#model/attribute.ts';
import { check } from '#query/traceql/check/check.ts';
import { evaluatePipeline } from '#query/traceql/eval/pipeline.ts';
import { noOrigin } from '#query/traceql/eval/span-rows.ts';
import { Trace, type TraceSpan } from '#query/traceql/eval/trace.ts';
import { parse } from '#query/traceql/syntax/parse.ts';

interface CaseAttribute {
  readonly scope?: string;
  readonly name?: string;
  readonly intrinsic?: string;
  readonly type: string;
  readonly value: string | number | boolean;
}

interface CaseSpan {
  readonly id?: string | null;
  readonly attributes?: readonly CaseAttribute[];
  readonly start_time_unix_nano?: number | string;
  readonly duration_nanos?: number | string;
}

interface EvaluationCase {
  readonly query: string;
  readonly input: readonly { readonly spans: readonly CaseSpan[] }[];
  readonly output?: readonly { readonly spans: readonly CaseSpan[] }[];
  readonly error?: boolean;
}

function toStored({ type, value }: CaseAttribute): string {
  if (type === 'float') return `\x03${value}`;
  if (type.endsWith('[]')) return `\x05${JSON.stringify(value)}`;
  return toStoredAttribute(value);
}

function toSpan(span: CaseSpan, index: number): TraceSpan {
  const of = (...scopes: string[]): Map<string, string> =>
    new Map(
      (span.attributes ?? [])
        .filter((attribute) => attribute.scope !== undefined && scopes.includes(attribute.scope))
        .map((attribute) => [attribute.name ?? '', toStored(attribute)]),
    );
  const intrinsic = (name: string): CaseAttribute['value'] | undefined =>
    span.attributes?.find((attribute) => attribute.intrinsic === name)?.value;
  const statuses = ['unset', 'ok', 'error'];
  return {
    traceId: '1',
    // Every span is one of its own; spans without an id are told apart by their place.
    spanId: span.id ?? `#${index}`,
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

/** Spansets as a sorted list of sorted lists of what tells spans apart. */
function keysOf(spansets: readonly (readonly unknown[])[]): string[] {
  return spansets
    .map((spans) =>
      spans
        .map((span) => JSON.stringify(span))
        .sort()
        .join(),
    )
    .sort();
}

function run({ query, input }: EvaluationCase): string[] {
  const { pipeline } = check(parse(query));
  const outputs = input.flatMap(({ spans }) => {
    const bySpan = new Map(spans.map((span, index) => [toSpan(span, index), span]));
    const trace = new Trace('1', [...bySpan.keys()]);
    return evaluatePipeline(pipeline, trace).map((spanset) =>
      spanset.spans.map((span) => bySpan.get(span)),
    );
  });
  return keysOf(outputs);
}

/** Dividing by zero is an error in Tempo; here the span does not match. */
const expected = ({ output }: EvaluationCase): string[] =>
  keysOf((output ?? []).map(({ spans }) => spans));

describe('our evaluation cases', () => {
  const cases = parseYaml(
    readFileSync(new URL('evaluate.yaml', import.meta.url), 'utf8'),
  ) as EvaluationCase[];
  for (const each of cases) it(each.query, () => expect(run(each)).toEqual(expected(each)));
});

describe('evaluation cases of Tempo', () => {
  const folder = new URL('../../../../shared/conformance/traceql/converted/', import.meta.url);
  const url = new URL('eval_cases.json', folder);
  it.skipIf(!existsSync(url))('agree', () => {
    const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: EvaluationCase[] };
    const failures = cases
      .filter((each) => JSON.stringify(run(each)) !== JSON.stringify(expected(each)))
      .map(({ query }) => query);
    console.log(`TraceQL evaluation: ${cases.length - failures.length}/${cases.length}`, failures);
    expect(cases.length - failures.length).toBeGreaterThanOrEqual(127);
  });
});
