// Metrics queries over spans that are made here: what counts, with which labels, and where.
import { describe, expect, it } from 'vitest';
import { toStoredAttribute } from '#model/attribute.ts';
import { check } from '../check/check.ts';
import { evaluatePipeline } from '../eval/pipeline.ts';
import { noOrigin } from '../eval/span-rows.ts';
import { Trace, type TraceSpan } from '../eval/trace.ts';
import { parse } from '../syntax/parse.ts';
import { Accumulator } from './accumulate.ts';
import { intervalsBetween } from './interval.ts';
import { planMetrics } from './plan.ts';
import { makeSeries } from './series.ts';
import { evaluateTree } from './tree.ts';

type Plain = string | number | boolean;

interface MadeSpan {
  readonly at: number;
  readonly name?: string;
  readonly durationNano?: number;
  readonly parent?: number;
  readonly attributes?: Readonly<Record<string, Plain>>;
  readonly stored?: Readonly<Record<string, string>>;
  readonly service?: string;
}

function traceOf(spans: readonly MadeSpan[]): Trace {
  const storedOf = (attributes: Readonly<Record<string, Plain>> = {}) =>
    new Map(Object.entries(attributes).map(([name, value]) => [name, toStoredAttribute(value)]));
  const made = spans.map((span, i): TraceSpan => {
    const resourceAttributes = storedOf(span.service ? { 'service.name': span.service } : {});
    return {
      traceId: 'a1',
      spanId: String(i),
      parentSpanId: span.parent === undefined ? '' : String(span.parent),
      startUnixNano: BigInt(span.at),
      durationNano: span.durationNano ?? 0,
      name: span.name ?? '',
      serviceName: span.service ?? '',
      kind: 2,
      statusCode: 0,
      statusMessage: '',
      origin: { ...noOrigin, resourceAttributes },
      attributes: new Map([...storedOf(span.attributes), ...Object.entries(span.stored ?? {})]),
      events: [],
      links: [],
    };
  });
  return new Trace('a1', made);
}

/** Up to 10, 20 and 30. */
const intervals = intervalsBetween({ fromNano: 0n, toNano: 30n, stepNano: 10n });

/** Series as `{name=value} values`. */
async function answer(text: string, spans: readonly MadeSpan[]): Promise<string[]> {
  const query = parse(text);
  check(query);
  if (query.root.kind !== 'metrics') throw new Error('no metrics query');
  const trace = traceOf(spans);
  const found = await evaluateTree(planMetrics(query.root), (plan) => {
    const accumulator = new Accumulator(plan, intervals, { isStrict: false });
    for (const spanset of evaluatePipeline(plan.pipeline, trace)) {
      for (const span of spanset.spans) accumulator.observe(span, trace);
    }
    return makeSeries(plan, accumulator.cells(), intervals);
  });
  if (typeof found === 'number') return [String(found)];
  return found
    .map(({ labels, values }) => {
      const shown = labels.map(
        ({ name, value }) => `${name}=${'value' in value ? String(value.value) : 'nil'}`,
      );
      return `{${shown.join(' ')}} ${values.join(' ')}`;
    })
    .sort();
}

const gives = (query: string, spans: readonly MadeSpan[], series: readonly string[]) =>
  it(query, async () => expect(await answer(query, spans)).toEqual([...series].sort()));

const sized = [3, 5, 8].map((size, i): MadeSpan => ({ at: 1 + i * 7, attributes: { size } }));

describe('functions', () => {
  gives('{ } | count_over_time()', sized, ['{__name__=count_over_time} 2 1 0']);
  gives('{ name = "none" } | count_over_time()', sized, ['{__name__=count_over_time} 0 0 0']);
  gives('{ name = "none" } | count_over_time() by (name)', sized, []);
  gives('{ } | min_over_time(span.size)', sized, ['{__name__=min_over_time} 3 8 NaN']);
  gives('{ } | max_over_time(span.size)', sized, ['{__name__=max_over_time} 5 8 NaN']);
  gives('{ } | sum_over_time(span.size)', sized, ['{__name__=sum_over_time} 8 8 NaN']);
  gives('{ } | avg_over_time(span.size)', sized, ['{__name__=avg_over_time} 4 8 NaN']);
  gives('{ } | max_over_time(span.nope)', sized, []);
  gives('{ } | quantile_over_time(span.size, 1)', sized, ['{p=1} 8 8 0']);
  gives('{ } | quantile_over_time(span.nope, 1)', sized, []);
  gives('{ } | histogram_over_time(span.size)', sized, [
    '{__bucket=4} 1 0 0',
    '{__bucket=8} 1 1 0',
  ]);
  const slow: readonly MadeSpan[] = [{ at: 5, durationNano: 3e9 }];
  gives('{ } | max_over_time(duration)', slow, ['{__name__=max_over_time} 3 NaN NaN']);
  gives('{ } | histogram_over_time(duration)', slow, ['{__bucket=4.294967296} 1 0 0']);
  gives('{ } | rate()', slow, ['{__name__=rate} 100000000 0 0']);
});

describe('groups', () => {
  const spans: readonly MadeSpan[] = [
    { at: 1, service: 'a', attributes: { x: 7 } },
    { at: 2, service: 'a', attributes: { x: '7' } },
    { at: 3, service: 'b', stored: { x: '\u0005["u"]' } },
    { at: 4, service: 'b', stored: { x: '\u0005["u","v"]' } },
    { at: 5, service: 'b' },
  ];
  gives('{ } | count_over_time() by (span.x)', spans, [
    '{span.x=7} 1 0 0',
    '{span.x=7} 1 0 0',
    '{span.x=u} 1 0 0',
    '{span.x=nil} 2 0 0',
  ]);
  gives('{ } | count_over_time() by (resource.service.name, span:kind)', spans, [
    '{resource.service.name=a kind=server} 2 0 0',
    '{resource.service.name=b kind=server} 3 0 0',
  ]);
  gives('{ } | count_over_time() by (span."a b")', spans, ['{span."a b"=nil} 5 0 0']);
});

describe('pipelines before the function', () => {
  const family: readonly MadeSpan[] = [
    { at: 1, name: 'top' },
    { at: 12, name: 'low', parent: 0 },
    { at: 13, name: 'low', parent: 1 },
  ];
  gives('{ name = "top" } > { } | count_over_time()', family, ['{__name__=count_over_time} 0 1 0']);
  gives('{ } | by(name) | count() > 1 | count_over_time()', family, [
    '{__name__=count_over_time} 0 2 0',
  ]);
  gives('{ } | count_over_time() by (rootName)', family, ['{rootName=top} 1 2 0']);
});

describe('second stages', () => {
  const spans: readonly MadeSpan[] = ['a', 'a', 'b', 'c'].map((name, i) => ({ at: i + 1, name }));
  const counts = '{ } | count_over_time() by (name)';
  const gap = 'NaN NaN NaN';
  gives(`${counts} | topk(2)`, spans, ['{name=a} 2 0 0', '{name=b} 1 0 0', `{name=c} ${gap}`]);
  gives(`${counts} | bottomk(1)`, spans, [`{name=a} ${gap}`, `{name=b} ${gap}`, '{name=c} 1 0 0']);
  gives(`${counts} > 1`, spans, ['{name=a} 2 NaN NaN', `{name=b} ${gap}`, `{name=c} ${gap}`]);
  gives(`${counts} >= 1 < 2 | topk(1)`, spans, [
    `{name=a} ${gap}`,
    '{name=b} 1 NaN NaN',
    `{name=c} ${gap}`,
  ]);
  gives('({ } | count_over_time()) * 2 - 1', spans, ['{__name__=count_over_time} 7 -1 -1']);
  gives('6 / ({ } | count_over_time())', spans, ['{__name__=count_over_time} 1.5 NaN NaN']);
  gives(`(${counts}) / ({ } | count_over_time())`, spans, [
    '{name=a} 0.5 NaN NaN',
    '{name=b} 0.25 NaN NaN',
    '{name=c} 0.25 NaN NaN',
  ]);
  gives('({ } | count_over_time()) + ({ name = "a" } | count_over_time())', spans, [
    '{__name__=(count_over_time + count_over_time)} 6 0 0',
  ]);
  gives(`(${counts}) - ({ name != "c" } | count_over_time() by (name))`, spans, [
    '{name=a} 0 0 0',
    '{name=b} 0 0 0',
  ]);
});

describe('compare()', () => {
  const spans: readonly MadeSpan[] = [
    { at: 1, name: 'x', attributes: { user: 'u1' } },
    { at: 2, name: 'x', attributes: { user: 'u2' } },
    { at: 3, name: 'x', attributes: { user: 'u2' } },
    { at: 11, name: 'y' },
  ];
  const ofUsers = async (query: string) =>
    (await answer(query, spans)).filter((series) => series.includes('span.user='));
  it('counts values in the selection and outside of it', async () =>
    expect(await ofUsers('{ } | compare({ span.user = "u1" })')).toEqual([
      '{__meta_type=baseline span.user=u2} 2 0 0',
      '{__meta_type=baseline_total span.user=nil} 2 0 0',
      '{__meta_type=selection span.user=u1} 1 0 0',
      '{__meta_type=selection_total span.user=nil} 1 0 0',
    ]));
  it('keeps the commonest', async () =>
    expect(await ofUsers('{ } | compare({ name = "x" }, 1)')).toEqual([
      '{__meta_type=selection span.user=u2} 2 0 0',
      '{__meta_type=selection_total span.user=nil} 3 0 0',
    ]));
  it('selects only in its time', async () =>
    expect(await ofUsers('{ } | compare({ }, 10, 2, 3)')).toEqual([
      '{__meta_type=baseline span.user=u1} 1 0 0',
      '{__meta_type=baseline span.user=u2} 1 0 0',
      '{__meta_type=baseline_total span.user=nil} 2 0 0',
      '{__meta_type=selection span.user=u2} 1 0 0',
      '{__meta_type=selection_total span.user=nil} 1 0 0',
    ]));
});

describe('limits', () => {
  it('refuses more values than fit into memory', () => {
    const query = parse('{ } | count_over_time() by (name)');
    if (query.root.kind !== 'metrics') throw new Error('no metrics query');
    const node = planMetrics(query.root);
    if (node.kind !== 'function') throw new Error('no single function');
    const accumulator = new Accumulator(node.plan, intervals, { isStrict: false, cellsMax: 2 });
    const trace = traceOf(['a', 'b', 'a', 'c'].map((name, i) => ({ at: 1 + i, name })));
    const seen = () => trace.spans.map((span) => accumulator.observe(span, trace));
    expect(seen).toThrow(expect.objectContaining({ code: 'traceql_limit_series' }));
    expect([...accumulator.cells()].map(({ count }) => count)).toEqual([2, 1]);
  });
});
