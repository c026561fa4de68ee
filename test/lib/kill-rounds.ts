// Kills processes of the program while clients send, and sends again what was not acknowledged, as
// OTLP clients do. What was sent is known exactly, so that a loss or a double can be counted.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BodyKind, createBody } from './otlp-body.ts';
import { freePortOffset, type Program, startProgram } from './program.ts';
import { type StoredCounts, storedCounts } from './stored-counts.ts';

export type Victim = 'program' | 'engine' | 'both';

export interface KillReport {
  readonly kills: number;
  readonly sent: StoredCounts;
  readonly stored: StoredCounts;
  /** Requests that were not answered with success and were sent again. */
  readonly sentAgain: number;
}

const paths: Record<BodyKind, string> = {
  spans: '/v1/traces',
  logs: '/v1/logs',
  samples: '/v1/metrics',
};
const itemsPerBody = 200;

/** Runs `victims` one after the other, each after `loadMs` of load. */
export async function runKillRounds(
  victims: readonly Victim[],
  loadMs: number,
): Promise<KillReport> {
  const report = await runUnderLoad(async (load, start) => {
    let program = await start();
    for (const victim of victims) {
      await load(program).accepted(loadMs);
      program = await killAndRestart(program, victim, start);
    }
    await load(program).accepted(loadMs);
    return program;
  });
  return { ...report, kills: victims.length };
}

/** Stops the engine's clock for `outageMs`, as a stalled disk or a frozen machine does. */
export async function runOutage(outageMs: number, loadMs: number): Promise<KillReport> {
  const report = await runUnderLoad(async (load, start) => {
    const program = await start();
    await load(program).accepted(loadMs);
    const pid = await enginePid(program);
    process.kill(pid, 'SIGSTOP');
    await pause(outageMs);
    // Still the same process, and still standing.
    if (stateOf(pid) !== 'T') throw new Error(`the engine was not stopped: ${stateOf(pid)}`);
    process.kill(pid, 'SIGCONT');
    await load(program).accepted(loadMs);
    return program;
  });
  return { ...report, kills: 0 };
}

/** The letter of /proc/PID/stat: T is stopped. */
const stateOf = (pid: number): string | undefined =>
  /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

type Load = ReturnType<typeof startLoad>;

/**
 * `work` starts the program, asks for load when it runs, and gives back the program that runs at the
 * end; then everything is counted.
 */
async function runUnderLoad(
  work: (load: (program: Program) => Load, start: () => Promise<Program>) => Promise<Program>,
): Promise<Omit<KillReport, 'kills'>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-kill-'));
  const portOffset = await freePortOffset();
  let last: Program | undefined;
  const start = async (): Promise<Program> => {
    last = await startProgram({ dataDir, portOffset });
    return last;
  };
  try {
    let load: Load | undefined;
    const program = await work((running) => {
      load ??= startLoad(running.ports.otlpHttp);
      return load;
    }, start);
    if (!load) throw new Error('BUG: there was no load');
    const { bodies, sentAgain } = await load.finish();
    await program.stop();
    const stored = await storedCounts(dataDir, 'service-00', 'bench_requests_total');
    const sent = {
      spans: bodies.spans * itemsPerBody,
      logRecords: bodies.logs * itemsPerBody,
      samples: bodies.samples * itemsPerBody,
    };
    return { sent, stored, sentAgain };
  } finally {
    last?.child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function killAndRestart(
  program: Program,
  victim: Victim,
  start: () => Promise<Program>,
): Promise<Program> {
  if (victim !== 'program') process.kill(await enginePid(program), 'SIGKILL');
  if (victim === 'engine') return program;
  await program.kill();
  return start();
}

async function enginePid(program: Program): Promise<number> {
  const response = await fetch(`${program.url}/api/status`);
  const { engine } = (await response.json()) as { engine: { pid?: number } };
  if (engine.pid === undefined) throw new Error('the program has no engine now');
  return engine.pid;
}

/** One worker per signal sends body after body, each until it is acknowledged. */
function startLoad(port: number) {
  let isFinishing = false;
  let sentAgain = 0;
  const bodies: Record<BodyKind, number> = { spans: 0, logs: 0, samples: 0 };
  const startMs = Date.now() - 600_000;
  const worker = async (kind: BodyKind): Promise<void> => {
    const body = createBody(kind, itemsPerBody, 0);
    while (!isFinishing) {
      body.stamp(bodies[kind], startMs + bodies[kind] * 10);
      while (!(await post(port, kind, body.bytes))) sentAgain++;
      bodies[kind]++;
    }
  };
  const workers = Promise.all((['spans', 'logs', 'samples'] as const).map(worker));
  return {
    /** Resolves when every signal had bodies acknowledged since the call, and `ms` have passed. */
    async accepted(ms: number): Promise<void> {
      const before = { ...bodies };
      const until = performance.now() + ms;
      const isDone = () =>
        performance.now() >= until &&
        (Object.keys(bodies) as BodyKind[]).every((kind) => bodies[kind] > before[kind] + 1);
      while (!isDone()) await pause(20);
    },
    async finish() {
      isFinishing = true;
      await workers;
      return { bodies, sentAgain };
    },
  };
}

async function post(port: number, kind: BodyKind, bytes: Buffer): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${paths[kind]}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(bytes),
    });
    await response.arrayBuffer();
    if (response.status === 200) return true;
    if (response.status !== 429 && response.status !== 503) {
      throw new Error(`BUG: ${kind} answered ${response.status}`);
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('BUG')) throw error;
  }
  await pause(30);
  return false;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
