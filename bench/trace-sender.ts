// A sender process: the traces of lib/made-traces.ts by OTLP HTTP, protobuf, as a collector sends them.
// Prints one line of JSON at the end.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeWindow, spansPerTrace, type TracePlan, tracesPerWindow } from './lib/made-traces.ts';

export interface TraceSenderPlan extends TracePlan {
  /** Of the endpoint. */
  readonly url: string;
  readonly connections: number;
}

export interface TraceSenderReport {
  readonly spans: number;
  readonly bytes: number;
  readonly refused: number;
  readonly seconds: number;
}

const retryMs = 50;

async function send(plan: TraceSenderPlan): Promise<TraceSenderReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const windows = Math.ceil(plan.traces / tracesPerWindow);
  const totals = { bytes: 0, refused: 0 };
  const startedMs = Date.now();
  let next = 0;
  let waiting: Uint8Array[] = [];
  const take = (): Uint8Array | undefined => {
    if (waiting.length === 0 && next < windows) waiting = [...encodeWindow(next++, plan)];
    return waiting.shift();
  };
  const worker = async (): Promise<void> => {
    for (let body = take(); body; body = take()) {
      for (let status = 0; status !== 200; ) {
        status = await post(plan.url, body, agent);
        if (status === 200) totals.bytes += body.length;
        else if (status === 429 || status === 503) totals.refused++;
        else throw new Error(`a request was answered with status ${status}`);
        if (status !== 200) await sleep(retryMs);
      }
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, worker));
  agent.destroy();
  const seconds = (Date.now() - startedMs) / 1000;
  return { spans: plan.traces * spansPerTrace, ...totals, seconds };
}

const post = (url: string, body: Uint8Array, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });

const report = await send(JSON.parse(process.argv[2] as string) as TraceSenderPlan);
process.stdout.write(`${JSON.stringify(report)}\n`);
