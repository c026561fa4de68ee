// Traces of very many spans in three shapes, and ten thousand services at once, into the whole program: every
// answer is complete and comes in bounded time, and metrics that have no room lose labels, but no span.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nano, newTrace, span, spanId } from '../lib/odd-spans.ts';
import { type JsonObject, tracesOf } from '../lib/otlp-json.ts';
import { TraceProgram } from '../lib/trace-program.ts';
import { matched, viewsOf } from '../lib/trace-views.ts';

const seriesMax = 2000;
let program: TraceProgram;
beforeAll(async () => {
  program = await TraceProgram.start({ 'trace_metrics.max_series': seriesMax });
});
afterAll(() => program?.sightline.stop());

const spansMax = 100_000;
const fanSpans = 30_000;
const hourMs = 3_600_000;
const startMs = Date.now() - 60_000;
const times = (fromMs: number, toMs: number) => ({
  startTimeUnixNano: nano(fromMs),
  endTimeUnixNano: nano(toMs),
});

async function sendAll(service: string, spans: readonly JsonObject[]): Promise<void> {
  for (let at = 0; at < spans.length; at += 20_000) {
    const answer = await program.sendSpans(service, spans.slice(at, at + 20_000));
    expect([answer.status, answer.rejected]).toEqual([200, 0]);
  }
}

const numberOf = async (query: string): Promise<number | undefined> =>
  (await program.promql(query))[0]?.value;

describe('a trace of very many spans', () => {
  interface Shape {
    readonly spans: number;
    /** Of span `i`, which is at least 2. */
    readonly parent: (i: number) => number;
    /** Milliseconds after the start. */
    readonly times: (i: number) => readonly [number, number];
    readonly related: readonly [number, number, number];
  }
  const shapes: Readonly<Record<string, Shape>> = {
    chain: {
      spans: spansMax,
      parent: (i) => i - 1,
      times: (i) => [i / 100, 5000 - i / 100],
      related: [spansMax - 1, spansMax - 1, 0],
    },
    fan: {
      spans: fanSpans,
      parent: () => 1,
      times: (i) => (i === 1 ? [0, 5000] : [i / 100, i / 100 + 1]),
      related: [fanSpans - 1, 1, fanSpans - 1],
    },
  };
  it.each(Object.entries(shapes))(
    'in one %s',
    async (name, shape) => {
      const id = newTrace();
      const spans = Array.from({ length: shape.spans }, (_, j) => {
        const i = j + 1;
        const [from, to] = shape.times(i);
        return span(id, i, i === 1 ? 0 : shape.parent(i), {
          name: i === 1 ? 'root' : 'step',
          ...times(startMs + from, startMs + to),
        });
      });
      await sendAll(name, spans);
      const started = performance.now();
      const views = await viewsOf(program, id);
      expect(views.spans).toEqual(new Array(8).fill(shape.spans));
      expect([views.rootName, views.durationMs]).toEqual(['root', expect.closeTo(5000, -1)]);
      expect(views.warnings).toEqual({});
      const of = `{ trace:id = "${id}" }`;
      const counts: number[] = [];
      for (const operator of ['>>', '<<', '~']) {
        counts.push(await matched(program, `${of} ${operator} ${of}`));
      }
      expect(counts).toEqual(shape.related);
      const last = `{ trace:id = "${id}" && span:id = "${spanId(shape.spans)}" && nestedSetLeft > 0 }`;
      expect(await matched(program, last)).toBe(1);
      // Seconds on a machine of its own; what is not linear in the spans would take hours.
      expect(performance.now() - started).toBeLessThan(150_000);
      await program.sightline.flush();
      expect(await numberOf(`sum(traces_spanmetrics_calls_total{service="${name}"})`)).toBe(
        shape.spans,
      );
    },
    240_000,
  );

  it('over 24 hours: whole by id, and around what a search matches', async () => {
    const id = newTrace();
    const spans = Array.from({ length: 1000 }, (_, j) => {
      const from = startMs - 24 * hourMs + j * 0.024 * hourMs;
      const more = j === 0 ? times(from, startMs) : times(from, from + 5);
      return span(id, j + 1, j === 0 ? 0 : 1, { name: j === 0 ? 'day' : 'step', ...more });
    });
    await sendAll('day', spans);
    const views = await viewsOf(program, id);
    const [v1, v2, protobuf, , , jaeger, jaeger3, times24] = views.spans;
    expect([v1, v2, protobuf, jaeger, jaeger3, times24]).toEqual(new Array(6).fill(1000));
    const day = {
      start: String(Math.floor(startMs / 1000) - 25 * 3600),
      end: String(Math.ceil(startMs / 1000)),
    };
    const root = `{ trace:id = "${id}" && nestedSetParent = -1 }`;
    expect(await matched(program, root, day)).toBe(1);
    const { series } = await program.json<{ series: { value: number }[] }>(
      '/tempo/api/metrics/query',
      { q: `{ trace:id = "${id}" } | count_over_time()`, ...day },
    );
    expect(series[0]?.value).toBe(1000);
  });
});

describe('10,000 services', () => {
  const services = 10_000;
  beforeAll(async () => {
    for (let at = 0; at < services; at += 2500) {
      const resourceSpans = Array.from({ length: 2500 }, (_, i) => {
        const spans = [span(newTrace(), 1, 0, { kind: 2, name: `op-${at + i}` })];
        const [of] = tracesOf(spans, { resource: { 'service.name': `svc-${at + i}` } })[
          'resourceSpans'
        ] as [JsonObject];
        return of;
      });
      expect((await program.send({ resourceSpans })).rejected).toBe(0);
    }
    await program.sightline.flush();
  }, 120_000);

  it('are all there in lists of names', async () => {
    const path = '/tempo/api/v2/search/tag/resource.service.name/values';
    const { text } = await program.get(path, { limit: '20000' });
    expect(new Set(text.match(/svc-\d+/g)).size).toBe(services);
    // Jaeger's lists have no parameter for more than this.
    const { data } = await program.json<{ data: string[] }>('/jaeger/api/services');
    expect(data).toHaveLength(10_000);
    expect(await matched(program, '{ resource.service.name = "svc-9999" }')).toBe(1);
  });

  it('have metrics of every span, without labels over the limit', async () => {
    const calls = 'traces_spanmetrics_calls_total';
    const own = 'service=~"svc-.*|"';
    expect(await numberOf(`sum(${calls}{${own}})`)).toBe(services);
    const overflow = `${calls}{metric_overflow="true"}`;
    expect(await numberOf(`sum(${overflow})`)).toBeGreaterThan(services - seriesMax);
    expect(await numberOf('sum(traces_service_graph_request_total)')).toBe(services);
    const series = await numberOf('count({__name__=~"traces_.*"})');
    // One more per metric for the overflow.
    expect(series).toBeLessThan(seriesMax + 100);
    const { text } = await program.get('/metrics');
    const counted = /^sightline_trace_metrics_overflow_total (\d+)/m.exec(text)?.[1];
    expect(Number(counted)).toBeGreaterThan(0);
  });
});

it('nothing of all this was a mistake of ours', () => {
  expect(program.errors).toEqual([]);
});
