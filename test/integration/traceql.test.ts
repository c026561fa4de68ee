// Searches on the real engine: what SQL finds is what evaluation finds, in the promised order, and
// every span once however often it was sent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchRequest, TraceqlEngine, TraceqlOptions } from '#query/traceql/engine.ts';
import { hexOf } from '#query/traceql/eval/span-rows.ts';
import { startTraceqlStore, writeSpans } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(200);
const hourNano = 3_600_000_000_000n;
const toNano = dataStartNano + BigInt(dataHours) * hourNano;
const everything: Omit<SearchRequest, 'query'> = {
  tenant: '',
  fromNano: dataStartNano,
  toNano,
  limit: 1000,
  spansPerSpanset: 100,
};

let stop: () => Promise<void>;
let auto: TraceqlEngine;
let never: TraceqlEngine;
let always: TraceqlEngine;
let start: (options: Partial<TraceqlOptions>) => TraceqlEngine;

beforeAll(async () => {
  const started = await startTraceqlStore(spans, Number(toNano / 1_000_000n));
  // A retry whose acknowledgement was lost: everything once more.
  await writeSpans(started.store, spans);
  auto = started.engine();
  never = started.engine({ pushDown: 'never' });
  always = started.engine({ pushDown: 'always' });
  start = started.engine;
  stop = started.stop;
});
afterAll(() => stop?.());

/** Pushed as a whole: the engine alone decides. */
const pushed = [
  '{ }',
  '{ name = "GET /" }',
  '{ name =~ "na.*|query" && name != "query" }',
  '{ duration > 500ms && duration <= 1s * 0.9 }',
  '{ status = error || kind = server && statusMessage = "boom" }',
  '{ !(status = error) && status != unset }',
  '{ span.user = "" }',
  '{ span.user = "\u0002tricky" }',
  '{ span.user != "ann" && span.user !~ "b.*" }',
  '{ span.user > "ann" }',
  '{ .user = "resource-user" || .user =~ "a.*" }',
  '{ span.size = 3 }',
  '{ span.size != 3 }',
  '{ span.size >= 4.5 }',
  '{ span.size = "3" }',
  '{ 5 < span.size }',
  '{ span.big = 9007199254740993 }',
  '{ span.big > 9007199254740992 }',
  '{ span.big + 1 = 9007199254740994 }',
  '{ span.big * 4096 < 5000 && span.big - 0.5 > span.big - 1.5 }',
  '{ span.big * 2 - span.big = 9007199254740993 && -span.big < 0 - 9007199254740992 }',
  '{ span.flag }',
  '{ !span.flag }',
  '{ span.flag != true }',
  '{ span.tags = "x" }',
  '{ span.tags != "x" }',
  '{ span.tags !~ "x|y" }',
  '{ span.numbers > 2 && span.numbers != 9 }',
  '{ span.raw != nil && !(span.raw = "AQI=") }',
  '{ resource.load < 0 || resource.zones = "b" }',
  '{ resource.zones != "b" && resource.service.name = "pay" }',
  '{ instrumentation.lang = "ts" && instrumentation:name = "lib-1" }',
  '{ event:name = "exception" && event:name != "retry" }',
  '{ event.n > 3 || event.n != 1 }',
  '{ event:timeSinceStart >= 1us && event:name != nil }',
  '{ link.w >= 1 && link:traceID != "00" }',
  '{ span.size + 1 > 2 * 4 - 1 || -span.size < -9 }',
  '{ span:parentID != "" && span:id != "00" }',
  '{ event:name = "retry" && event.n > 2 }',
  '{ event:name != "retry" && event.n != 2 && 1us > event:timeSinceStart && status = error }',
  '{ link.w > 0 && link.w < 2 && status = error }',
  '{ nestedSetParent < 0 }',
  '{ traceDuration > 900ms && kind = client }',
  '{ span.nope = nil && 1 = 1 }',
  '{ service.name = "pay" && resource.load != nil }',
];

/** SQL finds candidates, evaluation decides. */
const evaluated = [
  '{ span.size = span.numbers }',
  '{ span.size / 2 = 2 || span.size % 4 = 1 }',
  '{ rootName = "GET /" }',
  '{ rootName != "GET /" }',
  '{ rootServiceName =~ "shop|pay" && status = error }',
  '{ childCount > 1 && nestedSetLeft > 2 }',
  '{ kind = server } > { kind = client }',
  '{ kind = server } !>> { status = error }',
  '{ kind = server } &<< { status = error }',
  '{ span.flag } ~ { span.flag }',
  '{ name = "query" } && { status = error } || { span.user = "bob" }',
  '({ kind = server } | count() > 1) && { status = error }',
  '{ status = error } | count() >= 2',
  '{ kind = server && span.flag } | count() != 1 | select(name)',
  '{ } | avg(duration) > 700ms | select(span.user, resource.load)',
  '{ } | by(resource.service.name) | max(span.size) > 8',
  '{ } | by(name) | count() > 1 | coalesce()',
  '{ span.flag } | { status = error }',
  '{ parent.span.flag }',
  '{ !parent.span.flag && status = error }',
  '{ parent.size > 3 && span.size > 3 }',
  '{ parent.resource.service.name = "shop" }',
  '{ parent.duration > 500ms && parent.kind != server }',
  '{ parent.name =~ "GET.*" || parent.span.user != "ann" }',
  '{ parent.span.size + 1 > span.size }',
  '{ parent = nil && parent.name = nil }',
  '{ parent != nil && parent.span.user != nil }',
  '{ nestedSetLeft < 4 } | select(parent.name, parent.span.user)',
  '{ } | by(parent.name) | count() > 1',
  '{ } | count() > 2 | avg(duration) > min(duration) * 1.5',
  '{ } | max(span.size) - min(span.size) > count()',
  '{ status = error } | 1 < count()',
  '({ kind = server } | count()) > ({ kind = client } | count())',
  '({ span.flag } | count()) + 1 <= 2 * ({ status = error } | count())',
  '({ kind = server } | max(duration)) > ({ kind = client } | avg(duration)) + 100ms',
  '({ span.flag } | count() > 1) >> ({ status = error } | count() > 0)',
  '({ kind = server } || { kind = client }) &> ({ } | by(name) | count() > 1)',
];

describe('both paths agree', () => {
  const agree = (query: string) =>
    it(query, async () => {
      const [fast, slow] = await Promise.all(
        [auto, never].map((engine) => engine.search({ ...everything, query })),
      );
      expect(fast?.traces).toEqual(slow?.traces);
      expect(fast?.traces.length).toBeGreaterThan(0);
      expect(fast?.traces.length).toBeLessThanOrEqual(200);
    });
  [...pushed, ...evaluated].forEach(agree);
});

describe('push_down: always', () => {
  const runs = (query: string) =>
    it(`runs ${query}`, async () => {
      const found = await always.search({ ...everything, query });
      expect(found.inspectedTraces).toBe(found.traces.length);
    });
  pushed.forEach(runs);
  const refuses = (query: string) =>
    it(`refuses ${query}`, () =>
      expect(always.search({ ...everything, query })).rejects.toMatchObject({
        code: 'traceql_not_pushed',
      }));
  evaluated.forEach(refuses);
});

describe('order and limit', () => {
  it('gives the newest traces first, and a smaller limit a beginning of the same', async () => {
    const all = await auto.search({ ...everything, query: '{ status = error }' });
    const starts = all.traces.map((trace) => trace.startUnixNano);
    expect(starts).toEqual([...starts].sort((a, b) => (a > b ? -1 : 1)));
    for (const limit of [1, 7, 100]) {
      const some = await auto.search({ ...everything, query: '{ status = error }', limit });
      expect(some.traces).toEqual(all.traces.slice(0, limit));
    }
  });

  it('counts every span once', async () => {
    const { traces } = await auto.search({ ...everything, query: '{ }', spansPerSpanset: 2 });
    const matched = traces.map((trace) => trace.spanSets[0]?.matched ?? 0);
    expect(traces).toHaveLength(200);
    expect(matched.reduce((sum, count) => sum + count)).toBe(spans.length);
    expect(Math.max(...traces.map((trace) => trace.spanSets[0]?.spans.length ?? 0))).toBe(2);
    const stats = traces.flatMap((trace) => [...trace.serviceStats.values()]);
    expect(stats.reduce((sum, { spanCount }) => sum + spanCount, 0)).toBe(spans.length);
  });

  it('keeps to its time range', async () => {
    const middle = { fromNano: dataStartNano + hourNano, toNano: dataStartNano + 2n * hourNano };
    const { traces } = await auto.search({ ...everything, ...middle, query: '{ }' });
    const outside = traces.filter(({ startUnixNano }) => startUnixNano > middle.toNano);
    expect(outside).toEqual([]);
    expect(traces.length).toBeGreaterThan(40);
    expect(traces.length).toBeLessThan(100);
  });

  it('without a range looks back from now', async () => {
    const { traces } = await auto.search({
      tenant: '',
      query: '{ }',
      limit: 3,
      spansPerSpanset: 1,
    });
    const newest = await auto.search({ ...everything, query: '{ }', limit: 3, spansPerSpanset: 1 });
    expect(traces).toEqual(newest.traces);
  });
});

describe('limits', () => {
  it('refuses to read more traces than allowed', async () => {
    const query = '{ } | avg(duration) > 10h';
    const narrow = start({ limits: { tracesMax: 50 } });
    await expect(narrow.search({ ...everything, limit: 1, query })).rejects.toMatchObject({
      code: 'traceql_limit_traces',
    });
    expect((await auto.search({ ...everything, limit: 1, query })).traces).toEqual([]);
  });

  it('refuses a range that ends before it starts', () =>
    expect(
      auto.search({ ...everything, query: '{}', fromNano: toNano, toNano: 1n }),
    ).rejects.toMatchObject({
      code: 'traceql_range',
    }));

  it('ends when the caller goes away', async () => {
    const gone = AbortSignal.abort();
    const search = auto.search({ ...everything, query: '{}' }, gone);
    await expect(search).rejects.toMatchObject({ code: 'query_canceled' });
  });
});

describe('one trace', () => {
  const wanted = spans.filter((span) => span.traceId === spans[0]?.traceId);

  it('comes back with every field of every span', async () => {
    const id = hexOf(wanted[0]?.traceId as Uint8Array);
    const found = await auto.trace({ tenant: '', traceId: id.replace(/^0+/, '') });
    const byId = (all: readonly { spanId: Uint8Array }[]) =>
      [...all].sort((a, b) => (hexOf(a.spanId) < hexOf(b.spanId) ? -1 : 1));
    expect(byId(found?.spans ?? [])).toEqual(byId(wanted));
  });

  it('is found by its number, unless strict', async () => {
    const id = hexOf(wanted[0]?.traceId as Uint8Array);
    const found = await auto.trace({ tenant: '', traceId: BigInt(`0x${id}`).toString() });
    expect(found?.traceId).toBe(id);
  });

  it('that is not there is undefined', async () => {
    expect(await auto.trace({ tenant: '', traceId: 'ffff' })).toBeUndefined();
    expect(
      await auto.trace({ tenant: 'other', traceId: hexOf(spans[0]?.traceId as Uint8Array) }),
    ).toBeUndefined();
  });
});

describe('tags', () => {
  const request = { tenant: '', fromNano: dataStartNano, toNano, limit: 100 };
  it('of every scope', async () => {
    const named = await auto.tags(request);
    const tags = Object.fromEntries(named.map(({ scope, tags }) => [scope, tags]));
    expect(tags['span']).toEqual(['big', 'flag', 'numbers', 'raw', 'size', 'tags', 'user']);
    expect(tags['resource']).toEqual(['load', 'service.name', 'user', 'zones']);
    expect(tags['event']).toEqual(['n']);
    expect(tags['link']).toEqual(['w']);
    expect(tags['instrumentation']).toEqual(['lang']);
    expect(tags['intrinsic']).toContain('span:duration');
  });

  const values = (tag: string, expected: unknown[], filter?: string) =>
    it(`values of ${tag} ${filter ?? ''}`, async () => {
      const found = await auto.tagValues({ ...request, tag, filter });
      const plain = found.map((value) => ('value' in value ? value.value : value.type));
      expect(plain.sort()).toEqual(expected);
    });
  values('resource.service.name', ['cart', 'größe', 'pay', 'shop']);
  values('resource.service.name', ['pay'], '{ resource.service.name = "pay" }');
  values('instrumentation:name', ['lib-0', 'lib-1']);
  values('name', ['GET /', 'POST /', 'naïve', 'query']);
  values('name', ['query'], '{ name = "query" && status = error }');
  values('event:name', ['exception', 'retry']);
  values('event.n', [0, 1, 2, 3, 4]);
  values('span.numbers', [1, 2, 3, 9]);
  values('span.flag', [false, true]);
  values('rootName', ['GET /', 'POST /', 'naïve', 'query'], '{ not whole');
  values('status', ['error', 'ok', 'unset']);
  values('span.nope', []);
  values('nestedSetParent', [-1], '{ nestedSetParent = -1 }');
  it('strictly as Tempo lists columns', async () => {
    const strict = start({ isStrict: true });
    const typed = async (tag: string, filter?: string) =>
      (await strict.tagValues({ ...request, tag, filter })).map((value) =>
        'value' in value ? [value.type, Number(value.value)] : value,
      );
    expect(await typed('status')).toEqual([0, 1, 2].map((code) => ['int', code]));
    expect(await typed('.n', '{ kind = server }')).toEqual(await typed('.n'));
    expect(await typed('nestedSetLeft')).toContainEqual(['int', 1]);
    const statuses = await strict.tagValues({
      ...request,
      tag: 'status',
      filter: '{ status = ok }',
    });
    expect(statuses).toEqual([{ type: 'status', value: 'ok' }]);
    const query = '{ span:childCount >= 0 }';
    const { traces } = await strict.search({ ...request, query, spansPerSpanset: 1 });
    expect(traces).toEqual([]);
  });
  it('are bounded', async () => {
    expect(await auto.tagValues({ ...request, tag: 'name', limit: 2 })).toHaveLength(2);
  });
});
