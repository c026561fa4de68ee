// GET /api/search on the real engine: queries as Grafana and older clients send them, pages, and what is
// refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempoRoutes } from '#api/tempo/index.ts';
import { createTempoClient, type TempoClient } from '../lib/tempo-client.ts';
import { unknownFields } from '../lib/tempo-fields.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(60, 3);
const start = String(dataStartNano / 1_000_000_000n);
const end = String(Number(start) + dataHours * 3600);
const range: [string, string][] = [
  ['start', start],
  ['end', end],
];

let stop: () => Promise<void>;
let tempo: TempoClient;
let strict: TempoClient;

beforeAll(async () => {
  const started = await startTraceqlStore(spans, Number(end) * 1000);
  const routes = (isStrict: boolean) =>
    tempoRoutes({ engine: started.engine({ isStrict }), isReady: () => true, isStrict });
  tempo = createTempoClient(routes(false));
  strict = createTempoClient(routes(true));
  stop = started.stop;
});
afterAll(() => stop?.());

describe('search', () => {
  const finds = (query: string) =>
    it(query, async () => {
      const answer = await tempo('/api/search', [
        ['q', query],
        ['limit', '20'],
        ['spss', '3'],
        ...range,
      ]);
      expect([answer.status, answer.contentType]).toEqual([200, 'application/json']);
      const body = answer.json() as {
        traces: { spanSets: { spans: object[] }[]; durationMs?: number }[];
      };
      expect(unknownFields(body, 'SearchResponse')).toEqual([]);
      expect(body.traces.length).toBeGreaterThan(0);
      expect(body.traces.length).toBeLessThanOrEqual(20);
      for (const trace of body.traces) {
        expect(trace.spanSets[0]?.spans.length).toBeLessThanOrEqual(3);
        expect(typeof (trace.durationMs ?? 0)).toBe('number');
      }
    });
  finds('{}');
  finds('{nestedSetParent<0 && true && kind=server}');
  finds(
    '{resource.service.name="shop" && status=error} | select(status, span.user, resource.load, name)',
  );
  finds(
    '{nestedSetParent<0} &>> {kind=client} | select(nestedSetParent, nestedSetLeft, nestedSetRight)',
  );
  finds('{duration>100ms} | by(resource.service.name) with(most_recent=true)');
  finds('{span.tags != nil && span.numbers != nil && span.flag != nil && span.size != nil}');
  finds('{ service.name = "shop" }');

  it('says where a query is wrong', async () => {
    const answer = await tempo('/api/search', [['q', '{ name = }'], ...range]);
    expect([answer.status, answer.contentType]).toEqual([400, 'text/plain']);
    expect(answer.body.toString()).toBe(
      'invalid TraceQL query: parse error at line 1, col 10: syntax error: unexpected }',
    );
  });

  it('takes bare names only where it is not strict', async () => {
    const params: [string, string][] = [['q', '{ service.name = "shop" }'], ...range];
    expect((await strict('/api/search', params)).status).toBe(400);
    expect((await tempo('/api/search', params)).status).toBe(200);
  });

  it('with old tags answers without spansets', async () => {
    const params: [string, string][] = [
      ['tags', 'service.name=shop'],
      ['minDuration', '1ms'],
      ...range,
    ];
    const { traces } = (await tempo('/api/search', params)).json() as { traces: object[] };
    expect(traces.length).toBeGreaterThan(0);
    expect(traces.every((trace) => !('spanSets' in trace) && 'traceID' in trace)).toBe(true);
  });

  it('takes tags as parameters of their own where there is no time', async () => {
    const ask = async (params: [string, string][]): Promise<unknown> =>
      (await tempo('/api/search', params)).json();
    const plain = await ask([
      ['service.name', 'shop'],
      ['user', 'ann'],
    ]);
    expect(plain).toEqual(await ask([['tags', 'service.name=shop user=ann']]));
    expect(plain).not.toEqual(await ask([]));
    const some = await ask([['service.name', 'shop'], ...range]);
    expect(some).toEqual(await ask(range));
  });

  interface Page {
    readonly traces: { traceID: string; startTimeUnixNano: string; durationMs?: number }[];
  }
  const pages = async (order: [string, string][]): Promise<Page['traces']> => {
    const found: Page['traces'] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const params: [string, string][] = [...order, ['after', after], ['limit', '7'], ...range];
      const answer = await tempo('/api/search', [['q', '{}'], ...params]);
      expect(unknownFields(answer.json(), 'SearchResponse')).toEqual([]);
      found.push(...(answer.json() as Page).traces);
      after = answer.headers['x-sightline-next'];
    }
    return found;
  };

  it('page by page: every trace once, in the order asked for', async () => {
    const all = await tempo('/api/search', [['q', '{}'], ['limit', '1000'], ...range]);
    const newest = (all.json() as Page).traces;
    expect(all.headers['x-sightline-next']).toBeUndefined();
    expect(newest.length).toBeGreaterThan(30);
    expect(await pages([])).toEqual(newest);
    const starts = (await pages([['order', '-start']])).map((trace) => trace.startTimeUnixNano);
    expect(starts).toEqual(newest.map((trace) => trace.startTimeUnixNano).sort());
    const longest = (await pages([['order', 'duration']])).map(({ durationMs = 0 }) => durationMs);
    expect(longest).toEqual(newest.map(({ durationMs = 0 }) => durationMs).sort((a, b) => b - a));
  });

  it('knows no pages where it is strict', async () => {
    const params: [string, string][] = [
      ['q', '{}'],
      ['limit', '7'],
      ['order', 'nope'],
      ['after', 'nope'],
      ...range,
    ];
    const answer = await strict('/api/search', params);
    expect(answer.status).toBe(200);
    expect(answer.headers['x-sightline-next']).toBeUndefined();
  });

  const refuses = (name: string, params: [string, string][], message: string) =>
    it(`refuses ${name}`, async () => {
      const answer = await tempo('/api/search', params);
      expect([answer.status, answer.body.toString()]).toEqual([400, message]);
    });
  refuses(
    'a limit that is no number',
    [['limit', 'x']],
    'invalid limit: strconv.ParseUint: parsing "x": invalid syntax',
  );
  refuses(
    'a limit that is too large',
    [['limit', '999999']],
    'limit 999999 exceeds max limit 262144',
  );
  refuses(
    'a time that is none',
    [['start', 'x']],
    'invalid start: strconv.ParseInt: parsing "x": invalid syntax',
  );
  refuses(
    'a range that ends first',
    [
      ['start', '20'],
      ['end', '10'],
    ],
    'http parameter start must be before end. received start=20 end=10',
  );
  refuses(
    'an order that is none',
    [['order', 'name']],
    'invalid order: name; it is one of start, -start, duration, -duration',
  );
  refuses(
    'a place that is none',
    [['after', 'x']],
    "cannot search after 'x'. Send what the last answer gave for the next page, with the same order.",
  );
  refuses(
    'both kinds of queries',
    [
      ['q', '{}'],
      ['tags', 'a=1'],
    ],
    "invalid request: can't specify tags and q in the same query",
  );
  const refusesStrictly = (params: [string, string][], message: string) =>
    it(`refuses ${JSON.stringify(params)} where it is strict`, async () => {
      const path = message.startsWith('range') ? '/api/v2/search/tags' : '/api/search';
      const answer = await strict(path, params);
      expect([answer.status, answer.body.toString()]).toEqual([400, message]);
      expect((await tempo(path, params)).status).toBe(200);
    });
  const week = 168 * 3600;
  const tooLong = (to: number): [string, string][] => [
    ['start', '1'],
    ['end', String(to)],
  ];
  refusesStrictly(
    tooLong(week + 2),
    `range specified by start and end exceeds 168h0m0s. received start=1 end=${week + 2}`,
  );
  refusesStrictly(
    [['start', '5']],
    'http parameter start must be before end. received start=5 end=0',
  );
  refusesStrictly([['spss', '101']], 'spans per span set exceeds 100. received 101');

  it('shows all spans for spss=0', async () => {
    const shown = async (spss: string, client = tempo): Promise<number[]> => {
      const answer = await client('/api/search', [['q', '{}'], ['spss', spss], ...range]);
      const { traces } = answer.json() as {
        traces: { spanSets: { spans: object[]; matched: number }[] }[];
      };
      return traces.flatMap(({ spanSets }) =>
        spanSets.map(({ spans: all, matched }) => matched - all.length),
      );
    };
    for (const client of [tempo, strict]) {
      expect(new Set(await shown('0', client))).toEqual(new Set([0]));
      expect(Math.max(...(await shown('1', client)))).toBeGreaterThan(0);
    }
  });

  refuses('a tag twice', [['tags', 'a=1 a=2']], 'invalid tags: tag a has been set twice');
  refuses(
    'a duration without unit',
    [['minDuration', '5']],
    'invalid minDuration: time: missing unit in duration "5"',
  );
});
