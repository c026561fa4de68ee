// One phase of the benchmark: a fresh program, what its processes use while something runs, and what
// its data takes on disk afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { openEmbedded } from '#store/driver/embedded.ts';
import { runSender } from '../../test/lib/flood.ts';
import { cpuSecondsOf, residentBytesOf, sampleMemory } from '../../test/lib/process-stats.ts';
import { freePortOffset, type Program, startProgram } from '../../test/lib/program.ts';
import type { SenderPlan } from '../sender.ts';

export interface Phase {
  readonly program: Program;
  readonly dataDir: string;
  residentBytes(): Promise<number>;
  /** Sends, and gives rates and costs. */
  ingest(plan: Omit<SenderPlan, 'port'>): Promise<IngestFigures>;
  /** Waits until the engine has merged what there is to merge: two seconds almost without CPU. */
  settle(): Promise<void>;
  /** Median and 99th percentile of `runs` requests, after two to warm up. */
  time(runs: number, ask: (run: number) => Promise<unknown>): Promise<LatencyFigures>;
  getJson(path: string): Promise<unknown>;
}

export interface IngestFigures {
  readonly items: number;
  readonly itemsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly senderCpuSecondsPerMillion: number;
  readonly peakResidentBytes: number;
  readonly refused: number;
}

export interface LatencyFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface TableSize {
  readonly rows: number;
  readonly bytes: number;
}

const settleSecondsMax = 90;

/** Runs `measure` against a fresh program, then reads the sizes of its tables after merges. */
export async function runPhase<T>(
  measure: (phase: Phase) => Promise<T>,
): Promise<{ figures: T; tables: ReadonlyMap<string, TableSize> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  try {
    const program = await startProgram({ dataDir, portOffset: await freePortOffset() });
    let figures: T;
    try {
      figures = await measure(createPhase(program, dataDir));
    } finally {
      await program.stop();
    }
    return { figures, tables: await mergedSizes(dataDir) };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function createPhase(program: Program, dataDir: string): Phase {
  const getJson = async (path: string): Promise<unknown> => {
    const response = await fetch(program.url + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const pids = async (): Promise<number[]> => {
    const { engine } = (await getJson('/api/status')) as { engine: { pid: number } };
    return [program.child.pid as number, engine.pid];
  };
  const sum = (values: readonly number[]): number =>
    values.reduce((total, value) => total + value, 0);
  return {
    program,
    dataDir,
    getJson,
    residentBytes: async () => sum((await pids()).map(residentBytesOf)),
    async ingest(plan) {
      const processes = await pids();
      const memory = sampleMemory(() => processes);
      const cpuBefore = sum(processes.map(cpuSecondsOf));
      const report = await runSender({ ...plan, port: program.ports.otlpHttp });
      const cpuSeconds = sum(processes.map(cpuSecondsOf)) - cpuBefore;
      memory.stop();
      const millions = report.accepted / 1e6;
      return {
        items: report.accepted,
        itemsPerSecond: report.accepted / report.seconds,
        cpuSecondsPerMillion: cpuSeconds / millions,
        senderCpuSecondsPerMillion: report.cpuSeconds / millions,
        peakResidentBytes: memory.peakBytes(),
        refused: report.refused + report.failed,
      };
    },
    async settle() {
      const [, engine] = (await pids()) as [number, number];
      for (let waited = 0; waited < settleSecondsMax; waited += 2) {
        const before = cpuSecondsOf(engine);
        await sleep(2000);
        if (cpuSecondsOf(engine) - before < 0.2) return;
      }
    },
    async time(runs, ask) {
      const times: number[] = [];
      for (let run = -2; run < runs; run++) {
        const startedMs = performance.now();
        await ask(run + 2);
        if (run >= 0) times.push(performance.now() - startedMs);
      }
      times.sort((a, b) => a - b);
      const rank = (share: number) => times[Math.min(runs - 1, Math.floor(runs * share))] as number;
      return { p50Ms: rank(0.5), p99Ms: rank(0.99) };
    },
  };
}

async function mergedSizes(dataDir: string): Promise<ReadonlyMap<string, TableSize>> {
  const driver = await openEmbedded({ dataDir, logger: silentLogger, clock: systemClock });
  try {
    const connection = await driver.connection();
    const doing = 'measure the tables';
    const parts = `SELECT table, toUInt32(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes
      FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table`;
    type Row = { table: string; rows: number; bytes: number };
    const before = await connection.objects<Row>(parts, { doing });
    for (const { table } of before) {
      if (table.startsWith('otel_'))
        await connection.command(`OPTIMIZE TABLE ${table} FINAL`, { doing });
    }
    const after = await connection.objects<Row>(parts, { doing });
    return new Map(after.map(({ table, rows, bytes }) => [table, { rows, bytes }]));
  } finally {
    await driver.stop(30_000);
  }
}
