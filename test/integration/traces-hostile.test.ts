// Traces that no sane tracer sends, over real sockets into the whole program: nothing crashes, nothing valid
// beside them is lost, and every API gives the same account of them, in bounded time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseMs, nano, newTrace, span, spanId } from '../lib/odd-spans.ts';
import {
  anyValue,
  attributes,
  encodeOtlp,
  type Json,
  type JsonObject,
  tracesOf,
} from '../lib/otlp-json.ts';
import { TraceProgram } from '../lib/trace-program.ts';
import { matched, viewsOf } from '../lib/trace-views.ts';

let program: TraceProgram;
beforeAll(async () => {
  program = await TraceProgram.start({ 'span_metrics.dimensions': ['color'] });
});
afterAll(() => program?.sightline.stop());

/** Sends them with a good trace in the same request; that one has to be whole. */
async function send(service: string, spans: readonly JsonObject[]) {
  const neighbour = newTrace();
  const good = [span(neighbour, 1, 0), span(neighbour, 2, 1)];
  const answer = await program.sendSpans(service, [
    good[0] as JsonObject,
    ...spans,
    good[1] as JsonObject,
  ]);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  expect((await viewsOf(program, neighbour)).spans).toEqual(new Array(8).fill(2));
  return answer;
}

const calls = async (service: string): Promise<number | undefined> => {
  await program.sightline.flush();
  const query = `sum(traces_spanmetrics_calls_total{service="${service}"})`;
  return (await program.promql(query))[0]?.value;
};

describe('families', () => {
  const cycle = 'the parents of this span form a cycle; skipping clock skew adjustment';
  const missing = 'parent span ID is not in the trace; skipping clock skew adjustment';
  const skew = 'clock skew adjustment disabled; not applying calculated';
  interface Family {
    /** Parents of spans 1, 2, 3…; 0 is none. */
    readonly parents: readonly number[];
    readonly root?: string;
    /** Spans of `{} >> {}`, `{} << {}`, `{} ~ {}` and with nestedSetParent -1. */
    readonly related: readonly [number, number, number, number];
    readonly warnings: Readonly<Record<string, number>>;
  }
  const ring = (n: number): number[] => Array.from({ length: n }, (_, i) => (i === 0 ? n : i));
  const families: Readonly<Record<string, Family>> = {
    'a parent that never comes': {
      parents: [99, 1, 0],
      root: 's3',
      related: [1, 1, 0, 1],
      warnings: { [missing]: 1, [skew]: 1 },
    },
    'several without a parent': {
      parents: [0, 0, 0],
      // Tempo's: the last of several.
      root: 's3',
      related: [0, 0, 3, 3],
      warnings: {},
    },
    'its own parent': { parents: [1, 1], related: [1, 1, 0, 0], warnings: { [cycle]: 2 } },
    'two in a circle': { parents: [2, 1, 2], related: [3, 2, 2, 0], warnings: { [cycle]: 3 } },
    'a thousand in a circle': {
      parents: ring(1000),
      related: [1000, 1000, 0, 0],
      warnings: { [cycle]: 1000 },
    },
    'a circle beside a root': {
      parents: [0, 1, 4, 3],
      root: 's1',
      related: [3, 3, 0, 1],
      warnings: { [skew]: 1, [cycle]: 2 },
    },
  };
  it.each(Object.entries(families))('%s', async (name, { parents, root, related, warnings }) => {
    const id = newTrace();
    const service = `family ${name}`;
    await send(
      service,
      parents.map((parent, i) => span(id, i + 1, parent)),
    );
    const views = await viewsOf(program, id);
    expect(views.spans).toEqual(new Array(8).fill(parents.length));
    expect([views.rootName, views.durationMs]).toEqual([root, parents.length + 4]);
    expect(views.warnings).toEqual(warnings);
    expect(views.pathPieces).toBeGreaterThan(0);
    const of = `{ trace:id = "${id}" }`;
    const counts: number[] = [];
    for (const operator of ['>>', '<<', '~'])
      counts.push(await matched(program, `${of} ${operator} ${of}`));
    counts.push(await matched(program, `{ trace:id = "${id}" && nestedSetParent = -1 }`));
    expect(counts).toEqual(related);
    // Two more are of the neighbour.
    expect(await calls(service)).toBe(parents.length + 2);
  });
});

describe('the same span again', () => {
  it('is kept once, in one request and in two', async () => {
    const id = newTrace();
    const server = span(id, 1, 0, { kind: 2 });
    await send('again', [server, server, span(id, 2, 1)]);
    await program.sendSpans('again', [server, span(id, 3, 1)]);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(3));
    expect(await matched(program, `{ trace:id = "${id}" && kind = server }`)).toBe(1);
    await program.sightline.flush();
    const edges = await program.promql(
      'sum(traces_service_graph_request_total{client="user",server="again"})',
    );
    expect(edges[0]?.value).toBe(1);
  });

  it('counts once in metrics when its request is sent again, else as often as it is sent', async () => {
    const id = newTrace();
    const request = tracesOf([span(id, 1, 0), span(id, 2, 1)], {
      resource: { 'service.name': 'resent' },
    });
    for (let i = 0; i < 3; i++) expect((await program.send(request)).status).toBe(200);
    expect(await calls('resent')).toBe(2);
    await program.sendSpans('resent', [span(id, 2, 1)]);
    expect(await calls('resent')).toBe(3);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(2));
  });

  it('with another start is another span', async () => {
    const id = newTrace();
    const later = { startTimeUnixNano: nano(baseMs + 500), endTimeUnixNano: nano(baseMs + 600) };
    await send('restarted', [
      span(id, 1, 0),
      span(id, 2, 1),
      span(id, 2, 1, later),
      span(id, 3, 2),
    ]);
    const views = await viewsOf(program, id);
    expect(views.spans).toEqual(new Array(8).fill(4));
    expect(views.durationMs).toBe(599);
    expect(views.warnings['duplicate span IDs; skipping clock skew adjustment']).toBe(1);
  });
});

describe('times', () => {
  it('an end before the start is a duration of 0', async () => {
    const id = newTrace();
    const ends = [nano(baseMs - 1000), '0', '9223372036854775808', '18446744073709551615'];
    await send('ends', [
      ...ends.map((endTimeUnixNano, i) => span(id, i + 1, 0, { endTimeUnixNano })),
      span(id, 5, 0),
    ]);
    const views = await viewsOf(program, id);
    expect([views.spans, views.durationMs]).toEqual([new Array(8).fill(5), 9]);
    expect(await matched(program, `{ trace:id = "${id}" && duration = 0 }`)).toBe(4);
    const latency = 'traces_spanmetrics_latency_sum{service="ends"}';
    await program.sightline.flush();
    const sums = await program.promql(`sum(${latency})`);
    expect(sums[0]?.value).toBeCloseTo(0.015, 6);
  });

  it('the largest end that fits is a duration of centuries', async () => {
    const id = newTrace();
    await send('centuries', [span(id, 1, 0, { endTimeUnixNano: '9223372036854775807' })]);
    expect(await matched(program, `{ trace:id = "${id}" && duration > 1000000h }`)).toBe(1);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(1));
  });

  it('no start is rejected, by the name of the limit', async () => {
    const answer = await send('starts', [span(newTrace(), 1, 0, { startTimeUnixNano: '0' })]);
    expect(answer.rejected).toBe(1);
    expect(answer.text).toContain('ingest.max_age');
  });

  it('clocks of two services hours apart', async () => {
    const id = newTrace();
    const early = {
      startTimeUnixNano: nano(baseMs - 4 * 3_600_000),
      endTimeUnixNano: nano(baseMs - 4 * 3_600_000 + 100),
    };
    await send('slow clock', [span(id, 1, 0, { ...early, kind: 3 })]);
    await send('right clock', [span(id, 2, 1, { kind: 2 })]);
    const views = await viewsOf(program, id);
    expect(views.spans.filter((_, i) => i !== 4)).toEqual(new Array(7).fill(2));
    expect(await matched(program, `{ trace:id = "${id}" } > { trace:id = "${id}" }`)).toBe(1);
    await program.sightline.flush();
    const edge = '{client="slow clock",server="right clock"}';
    expect((await program.promql(`traces_service_graph_request_total${edge}`))[0]?.value).toBe(1);
  });
});

describe('sizes', () => {
  it('10,000 attributes, 1,000 events, 1,000 links, a resource of 5,000 attributes', async () => {
    const id = newTrace();
    const many = (n: number, make: (i: number) => Json): Json[] =>
      Array.from({ length: n }, (_, i) => make(i));
    const values = many(10_000, (i) => ({ key: `a.${i}`, value: { stringValue: `v${i}` } }));
    const events = many(1000, (i) => ({
      name: `e${i}`,
      timeUnixNano: nano(baseMs + i),
      attributes: attributes({ i }),
    }));
    const links = many(1000, (i) => ({
      traceId: newTrace(),
      spanId: spanId(i + 1),
      attributes: attributes({ i }),
    }));
    const resource = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`r.${i}`, 'x'.repeat(100)]),
    );
    const request = tracesOf(
      [
        span(id, 1, 0),
        span(id, 2, 1, { attributes: values }),
        span(id, 3, 1, { events }),
        span(id, 4, 1, { links }),
      ],
      { resource: { 'service.name': 'wide', ...resource } },
    );
    expect((await program.send(request)).rejected).toBe(0);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(4));
    for (const condition of [
      'span.a.9999 = "v9999"',
      'event:name = "e999"',
      'event.i = 999',
      'link.i = 999',
      `link:spanID = "${spanId(1000)}"`,
    ]) {
      expect([condition, await matched(program, `{ trace:id = "${id}" && ${condition} }`)]).toEqual(
        [condition, 1],
      );
    }
    const wide = `{ trace:id = "${id}" && resource.r.4999 = "${'x'.repeat(100)}" }`;
    expect(await matched(program, wide)).toBe(4);
    const { scopes } = await program.json<{ scopes: { name: string; tags: string[] }[] }>(
      '/tempo/api/v2/search/tags',
      { limit: '20000' },
    );
    const tags = scopes.find(({ name }) => name === 'span')?.tags ?? [];
    expect(tags).toContain('a.9999');
  });

  it('an attribute of 1 MiB is kept, a larger one costs its span alone', async () => {
    const id = newTrace();
    const sized = (n: number, bytes: number) =>
      span(id, n, 0, { attributes: attributes({ big: 'x'.repeat(bytes) }) });
    const answer = await send('big', [
      sized(1, 2 ** 20 - 64),
      sized(2, 2 ** 20 + 1),
      span(id, 3, 0),
    ]);
    expect(answer.rejected).toBe(1);
    expect(answer.text).toContain('ingest.max_attribute_bytes');
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(2));
    expect(await matched(program, `{ trace:id = "${id}" && span.big =~ "x+" }`)).toBe(1);
  });

  it('values in values: 60 levels are kept, 200 cost their span alone', async () => {
    const id = newTrace();
    const nested = (n: number, levels: number) => {
      let value: Json = 'core';
      for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { k: value };
      return span(id, n, 0, { attributes: [{ key: 'deep', value: anyValue(value) }] });
    };
    const spans = [nested(1, 60), nested(2, 200), span(id, 3, 0)];
    const answer = await send('deep', spans);
    expect([answer.rejected, answer.text]).toEqual([1, expect.stringContaining('nested too deep')]);
    // As protobuf, too.
    const bytes = encodeOtlp('traces', tracesOf(spans, { resource: { 'service.name': 'deep' } }));
    expect((await program.send(bytes)).status).toBe(200);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(2));
  });
});

describe('words and numbers', () => {
  it('of a key that comes twice the first counts, everywhere', async () => {
    const id = newTrace();
    const pair = (key: string, value: Json) => ({ key, value: anyValue(value) });
    const twice = [pair('dup', 'a'), pair('dup', 5), pair('', 'no key'), pair('color', null)];
    await send('twice', [span(id, 1, 0, { attributes: twice })]);
    for (const [condition, count] of [
      ['span.dup = "a"', 1],
      ['span.dup = 5', 0],
      ['.dup = "a" && .dup != nil', 1],
    ] as const) {
      const found = await matched(program, `{ trace:id = "${id}" && ${condition} }`);
      expect([condition, found]).toEqual([condition, count]);
    }
    const { text } = await program.get(`/tempo/api/traces/${id}`);
    expect(text).toContain('{"key":"dup","value":{"stringValue":"a"}},{"key":"","value"');
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(1));
  });

  it.each([
    ['quotes', `a "b" 'c' \`d\` \\e {f} | g`],
    ['a NUL, a tab and a line end', 'a\u0000b\tc\nd'],
    ['text of many scripts', 'größe ✓ 日本 \u{1f600} \u200f'],
    ['a pattern', '.*|^$[a-z]+(?i)\\d'],
    ['SQL', `'; DROP TABLE otel_spans; --`],
    ['a placeholder', '{name:String} ? %s $1'],
  ])('%s: in names and values, through metrics and back to the spans', async (name, odd) => {
    const id = newTrace();
    const service = `odd ${name}`;
    const bad = {
      name: odd,
      attributes: [{ key: odd, value: anyValue(odd) }, ...attributes({ color: odd })],
    };
    const request = tracesOf([span(id, 1, 0, bad)], { resource: { 'service.name': service, odd } });
    expect((await program.send(request)).rejected).toBe(0);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(1));
    const quoted = JSON.stringify(odd);
    for (const field of ['name', `span.${quoted}`, 'span.color', 'resource.odd']) {
      const found = await matched(program, `{ trace:id = "${id}" && ${field} = ${quoted} }`);
      expect([field, found]).toEqual([field, 1]);
    }
    await program.sightline.flush();
    const calls = 'traces_spanmetrics_calls_total';
    const [point] = await program.promql(`${calls}{service="${service}",color=${quoted}}`);
    expect([point?.value, point?.metric['span_name']]).toEqual([1, odd]);
    const behind = await program.json<{ traceql: string }>('/api/traces/of-series', {
      query: `${calls}{service="${service}",span_name=${quoted},color=${quoted}}`,
      time: String(Date.now() / 1000),
      window: '5m',
    });
    expect(await matched(program, behind.traceql)).toBe(1);
    const { data } = await program.json<{ data: string[] }>(
      `/jaeger/api/services/${encodeURIComponent(service)}/operations`,
    );
    expect(data).toEqual([odd]);
  });

  it('invalid UTF-8 is shown as such, and searchable as shown', async () => {
    const id = newTrace();
    const bad = { name: 'BAD', attributes: attributes({ BAD: 'BAD' }) };
    const request = tracesOf([span(id, 1, 0, bad), span(id, 2, 1)], {
      resource: { 'service.name': 'utf8' },
    });
    const bytes = Buffer.from(encodeOtlp('traces', request));
    for (let at = bytes.indexOf('BAD'); at >= 0; at = bytes.indexOf('BAD'))
      bytes.fill(0xff, at, at + 3);
    expect((await program.send(bytes)).status).toBe(200);
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(2));
    const shown = '\ufffd'.repeat(3);
    expect(await matched(program, `{ name = "${shown}" && span."${shown}" = "${shown}" }`)).toBe(1);
    expect(await calls('utf8')).toBe(2);
  });

  it('kinds and codes out of range are unspecified', async () => {
    const id = newTrace();
    const codes = [17, -1, 2_147_483_647, -2_147_483_648];
    await send(
      'codes',
      codes.map((code, i) => span(id, i + 1, 0, { kind: code, status: { code } })),
    );
    expect((await viewsOf(program, id)).spans).toEqual(new Array(8).fill(4));
    const unknown = 'kind = unspecified && status = unset';
    expect(await matched(program, `{ trace:id = "${id}" && ${unknown} }`)).toBe(4);
  });

  it.each<[JsonObject, string]>([
    [{ traceId: '0'.repeat(32) }, 'invalid trace id'],
    [{ traceId: 'abcd' }, 'invalid trace id'],
    [{ traceId: 'a'.repeat(48) }, 'invalid trace id'],
    [{ spanId: '0'.repeat(16) }, 'invalid span id'],
    [{ spanId: 'ab' }, 'invalid span id'],
    [{ spanId: 'a'.repeat(32) }, 'invalid span id'],
    [{ parentSpanId: 'ab' }, 'invalid parent span id'],
  ])('%j is rejected alone', async (more, reason) => {
    const answer = await send('ids', [span(newTrace(), 1, 0, more)]);
    expect([answer.rejected, answer.text]).toEqual([1, expect.stringContaining(reason)]);
  });

  it('a parent of zeros is none', async () => {
    const id = newTrace();
    await send('zeros', [span(id, 1, 0, { parentSpanId: '0'.repeat(16) })]);
    expect(await matched(program, `{ trace:id = "${id}" && nestedSetParent = -1 }`)).toBe(1);
  });
});

it('nothing of all this was a mistake of ours', () => {
  expect(program.errors).toEqual([]);
});
