// Random queries on random traces: what the engine decides by SQL is what evaluation decides, to the
// last span and value. A query that fails is named by its text.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SearchRequest, TraceqlEngine } from '#query/traceql/engine.ts';
import { spansetOperators } from '#query/traceql/syntax/ast.ts';
import { createRandom } from '../lib/generate.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const queries = 120;
const depthMax = 3;
const random = createRandom(20_261_120).below;
const pick = (...items: readonly string[]): string => items[random(items.length)] as string;
/** One of several ways, of which only the chosen one is gone. */
const choose = (...ways: readonly (() => string)[]): string =>
  (ways[random(ways.length)] as () => string)();

const textField = (): string =>
  pick(
    ...['name', 'span.user', '.user', 'resource.service.name', 'statusMessage', 'parent.name'],
    ...['event:name', 'span.tags', 'rootName', 'rootServiceName', 'parent.span.user'],
    ...['instrumentation:name', 'span.raw', 'resource.zones', 'service.name', 'span:parentID'],
  );
const numberField = (): string =>
  pick(
    ...['span.size', 'span.numbers', 'duration', 'event.n', 'link.w', 'resource.load', '.size'],
    ...['traceDuration', 'childCount', 'nestedSetLeft', 'nestedSetParent', 'parent.duration'],
    ...['event:timeSinceStart', 'parent.span.size', 'span.nope'],
  );
const text = (): string =>
  pick('"ann"', '"bob"', '"GET /"', '"query"', '""', '"x"', '"pay"', '"retry"', '"lib-1"', '"a"');
const pattern = (): string => pick('"a.*"', '".*"', '"x|y"', '"GET.*"', '"[a-c].*"', '"größe|pay"');
const number = (): string => pick('0', '1', '2', '3', '4.5', '500ms', '-1', '9', '1us', '2 * 3');
const equality = (): string => pick('=', '!=');
const ordering = (): string => pick('=', '!=', '<', '<=', '>', '>=');

const comparison = (): string =>
  choose(
    () => `${textField()} ${equality()} ${text()}`,
    () => `${textField()} ${pick('=~', '!~')} ${pattern()}`,
    () => `${numberField()} ${ordering()} ${number()}`,
    () => `${number()} ${ordering()} ${numberField()}`,
    () => `${numberField()} ${pick('+', '-', '*', '/', '%')} ${number()} ${ordering()} ${number()}`,
    () => `${numberField()} ${ordering()} ${numberField()}`,
    () => `status ${equality()} ${pick('ok', 'error', 'unset')}`,
    () => `kind ${equality()} ${pick('server', 'client', 'internal')}`,
    () =>
      `${pick('span.flag', 'parent.span.flag', '.flag')} ${equality()} ${pick('true', 'false')}`,
    () => `${pick('span.user', 'event.n', 'link.w', '.user', 'parent.size')} ${equality()} nil`,
    () => pick('span.flag', '!span.flag', 'parent.flag', 'true', 'parent = nil'),
  );

function condition(depth: number): string {
  if (depth === 0 || random(3) === 0) return comparison();
  return choose(
    () => `${condition(depth - 1)} && ${condition(depth - 1)}`,
    () => `(${condition(depth - 1)}) || ${condition(depth - 1)}`,
    () => `!(${condition(depth - 1)})`,
  );
}

const filter = (): string => `{ ${condition(random(depthMax))} }`;
const structural = (): string => pick(...spansetOperators);

function spanset(depth: number): string {
  if (depth === 0 || random(2) === 0) return filter();
  return choose(
    () => `(${spanset(depth - 1)}) ${structural()} ${filter()}`,
    () => `(${spanset(depth - 1)} | ${stage()}) ${structural()} ${filter()}`,
  );
}

const aggregate = (): string =>
  pick('count()', 'avg(duration)', 'max(span.size)', 'min(parent.duration)', 'sum(span.size)');

const stage = (): string =>
  choose(
    () => `${aggregate()} ${ordering()} ${number()}`,
    () => `${aggregate()} ${pick('+', '*')} 2 ${ordering()} ${aggregate()}`,
    () => `by(${textField()}) | count() > 1`,
    () => `by(${numberField()}) | coalesce()`,
    () => filter(),
    () => `select(${textField()}, ${numberField()})`,
  );

const query = (): string =>
  choose(
    () => spanset(2),
    () => `${spanset(1)} | ${stage()}`,
    () => `${filter()} | ${stage()} | ${stage()}`,
    () => `(${filter()} | count()) ${ordering()} (${filter()} | count())`,
  );

const toNano = dataStartNano + BigInt(dataHours) * 3_600_000_000_000n;
const request: Omit<SearchRequest, 'query'> = {
  tenant: '',
  fromNano: dataStartNano,
  toNano,
  limit: 1000,
  spansPerSpanset: 100,
};

let stop: () => Promise<void>;
let auto: TraceqlEngine;
let never: TraceqlEngine;

beforeAll(async () => {
  const started = await startTraceqlStore(makeSpans(80, 5), Number(toNano / 1_000_000n));
  auto = started.engine();
  never = started.engine({ pushDown: 'never' });
  stop = started.stop;
});
afterAll(() => stop?.());

it('both paths agree', async () => {
  let withAnswer = 0;
  for (let i = 0; i < queries; i++) {
    const asked = { ...request, query: query() };
    const [fast, slow] = await Promise.all([auto.search(asked), never.search(asked)]);
    expect(fast.traces, asked.query).toEqual(slow.traces);
    if (fast.traces.length > 0) withAnswer++;
  }
  // Queries that find nothing prove little.
  expect(withAnswer).toBeGreaterThan(queries / 2);
}, 120_000);
