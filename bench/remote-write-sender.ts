// A sender process: remote write 1.0 as Prometheus sends it, 2,000 series a request with one sample
// each, in the order of time. Prints one line of JSON at the end.
import { Agent, request } from 'node:http';
import { compress } from 'snappy';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { families, type MadeSeries, makeSeries } from './lib/made-metrics.ts';

export interface RemoteWritePlan {
  /** Of the endpoint. */
  readonly url: string;
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
  /** Gauges without much to them instead of the families, each with its own labels: this many. */
  readonly activeSeries?: number;
}

export interface RemoteWriteReport {
  readonly samples: number;
  readonly seconds: number;
}

const seriesPerRequest = 2000;
/** As many as Prometheus sends by at once. */
const socketsMax = 50;

async function send(plan: RemoteWritePlan): Promise<RemoteWriteReport> {
  const { activeSeries } = plan;
  const all = activeSeries === undefined ? families.flatMap(makeSeries) : [];
  const count = activeSeries ?? all.length;
  const seriesAt = (from: number): readonly MadeSeries[] =>
    activeSeries === undefined
      ? all.slice(from, from + seriesPerRequest)
      : Array.from({ length: Math.min(seriesPerRequest, count - from) }, (_, i) =>
          active(from + i),
        );
  const shards = Array.from({ length: Math.ceil(count / seriesPerRequest) }, (_, shard) => shard);
  const agent = new Agent({ keepAlive: true, maxSockets: Math.min(shards.length, socketsMax) });
  const startedMs = Date.now();
  // Step by step: Prometheus refuses what is an hour older than its newest sample.
  for (let step = 0; step < plan.steps; step++) {
    const timeMs = plan.startMs + step * plan.stepMs;
    const run = async (shard: number): Promise<void> => {
      const bytes = encode(seriesAt(shard * seriesPerRequest), timeMs);
      await post(plan.url, await compress(Buffer.from(bytes)), agent);
    };
    await Promise.all(shards.map(run));
  }
  agent.destroy();
  const seconds = (Date.now() - startedMs) / 1000;
  return { samples: count * plan.steps, seconds };
}

/** One of many: a gauge of a container. */
function active(i: number): MadeSeries {
  const container = `container-${i.toString(36).padStart(8, '0')}`;
  const labels = [
    ['__name__', 'bench_active'],
    ['container', container],
    ['instance', `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:9100`],
    ['job', `job-${i % 20}`],
    ['namespace', `namespace-${i % 200}`],
  ] as const;
  return { labels, next: () => i };
}

/** prometheus.WriteRequest: https://prometheus.io/docs/specs/prw/remote_write_spec/ */
function encode(shard: readonly MadeSeries[], timeMs: number): Uint8Array {
  const writer = new ProtobufWriter();
  for (const series of shard) {
    writer.message(1, () => {
      for (const [name, value] of series.labels) {
        writer.message(1, () => {
          writer.text(1, name);
          writer.text(2, value);
        });
      }
      writer.message(2, () => {
        writer.double(1, series.next());
        writer.varint(2, timeMs);
      });
    });
  }
  return writer.finish();
}

/** Until it is taken; a refusal for now is asked again. */
async function post(url: string, body: Uint8Array, agent: Agent): Promise<void> {
  for (;;) {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'content-length': body.length,
        'x-prometheus-remote-write-version': '0.1.0',
      };
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end(body);
    });
    if (status >= 200 && status < 300) return;
    if (status !== 429 && status !== 503) throw new Error(`${url}: status ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const report = await send(JSON.parse(process.argv[2] as string) as RemoteWritePlan);
process.stdout.write(`${JSON.stringify(report)}\n`);
