// Floods the program with pre-encoded bodies from a sender process that never waits, and watches
// memory, refusals and whether queries still answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SenderPlan, SenderReport } from '../../bench/sender.ts';
import type { BodyKind } from './otlp-body.ts';
import { sampleMemory } from './process-stats.ts';
import { freePortOffset, type Program, startProgram } from './program.ts';
import { type StoredCounts, storedCounts } from './stored-counts.ts';

const senderScript = fileURLToPath(new URL('../../bench/sender.ts', import.meta.url));

/** Runs bench/sender.ts as a process of its own and gives its report. */
export async function runSender(plan: SenderPlan): Promise<SenderReport> {
  const child = spawn(process.execPath, ['--import', 'tsx', senderScript, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the sender ended with status ${code}`);
  return JSON.parse(text) as SenderReport;
}

export interface FloodReport {
  readonly senders: Readonly<Record<BodyKind, SenderReport>>;
  readonly stored: StoredCounts;
  readonly peakBytes: number;
  /** memory.limit + the engine's cap. */
  readonly allowedBytes: number;
  readonly queries: {
    readonly answered: number;
    readonly failed: number;
    readonly slowestMs: number;
  };
  /** Requests that the program itself counted as refused. */
  readonly countedRefused: number;
}

interface StatusAnswer {
  readonly engine: { readonly pid: number; readonly memoryBytesMax: number };
}

const memoryLimitBytes = 2 ** 30;

export async function runFlood(seconds: number): Promise<FloodReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-flood-'));
  const program = await startProgram({ dataDir, portOffset: await freePortOffset() });
  try {
    const { engine } = await statusOf(program);
    const memory = sampleMemory(() => [program.child.pid as number, engine.pid]);
    const asking = startAsking(program);
    const flood = (kind: BodyKind) =>
      runSender({
        port: program.ports.otlpHttp,
        kind,
        // Together far more than may be in flight (memory.limit / 8).
        itemsPerBody: 5000,
        parts: 1,
        connections: 100,
        seconds,
        retryRefused: false,
        // Every body has a time of its own, so that every sample counts.
        ...(kind === 'samples' ? { startMs: Date.now() - 36_000_000, stepMs: 10 } : {}),
      });
    const [spans, logs, samples] = await Promise.all([
      flood('spans'),
      flood('logs'),
      flood('samples'),
    ]);
    const queries = await asking.finish();
    memory.stop();
    const countedRefused = await refusedRequests(program);
    await program.stop();
    return {
      senders: { spans, logs, samples },
      stored: await storedCounts(dataDir, 'service-00', 'bench_requests_total'),
      peakBytes: memory.peakBytes(),
      allowedBytes: memoryLimitBytes + engine.memoryBytesMax,
      queries,
      countedRefused,
    };
  } finally {
    program.child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The sum of `sightline_server_refused_total` over listeners and reasons. */
async function refusedRequests(program: Program): Promise<number> {
  const text = await (await fetch(`${program.url}/metrics`)).text();
  const lines = text.matchAll(/^sightline_server_refused_total\{.*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function statusOf(program: Program): Promise<StatusAnswer> {
  return (await (await fetch(`${program.url}/api/status`)).json()) as StatusAnswer;
}

/** Asks one cheap question of each language after the other until told to finish. */
function startAsking(program: Program) {
  const questions = [
    '/prometheus/api/v1/query?query=count(bench_requests_total)',
    '/loki/loki/api/v1/labels',
    '/tempo/api/search?q=%7B%7D&limit=1',
  ];
  const queries = { answered: 0, failed: 0, slowestMs: 0 };
  let isFinishing = false;
  const asking = (async () => {
    for (let i = 0; !isFinishing; i++) {
      const startedMs = performance.now();
      const response = await fetch(program.url + questions[i % questions.length]).catch(
        () => undefined,
      );
      await response?.arrayBuffer();
      if (response?.ok) queries.answered++;
      else queries.failed++;
      queries.slowestMs = Math.max(queries.slowestMs, Math.round(performance.now() - startedMs));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    async finish() {
      isFinishing = true;
      await asking;
      return queries;
    },
  };
}
