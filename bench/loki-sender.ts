// A sender process: pushes made lines as Promtail does, all streams in every request, protobuf in a
// snappy block or JSON with gzip. Prints one line of JSON at the end.
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { compressSync } from 'snappy';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { createLineMaker, type LineMaker } from './lib/log-lines.ts';

export interface LokiPushPlan {
  /** Of the endpoint. */
  readonly url: string;
  readonly format: 'protobuf' | 'json';
  readonly lines: number;
  readonly linesPerRequest: number;
  readonly streams: number;
  readonly connections: number;
  /** Of the first line; the others follow until `endMs`. */
  readonly startMs: number;
  readonly endMs: number;
  /** Is in one line. */
  readonly needle: string;
}

export interface LokiPushReport {
  readonly accepted: number;
  readonly failed: number;
  readonly bytes: number;
  readonly seconds: number;
}

interface Entry {
  readonly timeNano: bigint;
  readonly line: string;
}

async function send(plan: LokiPushPlan): Promise<LokiPushReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const maker = createLineMaker(7);
  const totals = { accepted: 0, failed: 0, bytes: 0 };
  const requests = Math.ceil(plan.lines / plan.linesPerRequest);
  const startedMs = Date.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests) {
      const number = next++;
      const body = encoders[plan.format](entriesOf(plan, number, maker));
      if ((await post(plan, body, agent)) === 204) {
        totals.accepted += plan.linesPerRequest;
        totals.bytes += body.length;
      } else totals.failed += plan.linesPerRequest;
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, worker));
  agent.destroy();
  return { ...totals, seconds: (Date.now() - startedMs) / 1000 };
}

/** The entries of request `number`, by stream. */
function entriesOf(plan: LokiPushPlan, number: number, maker: LineMaker): Entry[][] {
  const each = Math.ceil(plan.linesPerRequest / plan.streams);
  const stepNano = (BigInt(plan.endMs - plan.startMs) * 1_000_000n) / BigInt(plan.lines);
  let row = number * plan.linesPerRequest;
  return Array.from({ length: plan.streams }, (_, stream) =>
    Array.from({ length: each }, (_, i) => {
      const timeNano = BigInt(plan.startMs) * 1_000_000n + BigInt(row++) * stepNano;
      const line = maker.line(stream, Number(timeNano / 1_000_000n));
      const isNeedle = stream === 0 && i === 0 && number === Math.floor(plan.lines / 3000);
      return { timeNano, line: isNeedle ? `${line} ${plan.needle}` : line };
    }),
  );
}

const labelsOf = (stream: number): Record<string, string> => ({
  app: `app-${stream % 10}`,
  env: stream < 10 ? 'prod' : 'dev',
  namespace: 'bench',
});

const encoders = {
  protobuf: (streams: readonly Entry[][]): Buffer => {
    const writer = new ProtobufWriter();
    streams.forEach((entries, stream) => {
      const pairs = Object.entries(labelsOf(stream)).map(([k, v]) => `${k}="${v}"`);
      writer.message(1, () => {
        writer.text(1, `{${pairs.join(', ')}}`);
        for (const { timeNano, line } of entries) {
          writer.message(2, () => {
            writer.message(1, () => {
              writer.varint64(1, timeNano / 1_000_000_000n);
              writer.varint64(2, timeNano % 1_000_000_000n);
            });
            writer.text(2, line);
          });
        }
      });
    });
    return compressSync(Buffer.from(writer.finish())) as Buffer;
  },
  json: (streams: readonly Entry[][]): Buffer => {
    const body = streams.map((entries, stream) => ({
      stream: labelsOf(stream),
      values: entries.map(({ timeNano, line }) => [String(timeNano), line]),
    }));
    return gzipSync(JSON.stringify({ streams: body }), { level: 1 });
  },
};

const headersOf = {
  protobuf: { 'content-type': 'application/x-protobuf' },
  json: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
} as const;

const post = (plan: LokiPushPlan, body: Buffer, agent: Agent): Promise<number> =>
  new Promise((resolve) => {
    const headers = { ...headersOf[plan.format], 'content-length': body.length };
    const sent = request(plan.url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    sent.on('error', () => resolve(0));
    sent.end(body);
  });

const report = await send(JSON.parse(process.argv[2] as string) as LokiPushPlan);
process.stdout.write(`${JSON.stringify(report)}\n`);
