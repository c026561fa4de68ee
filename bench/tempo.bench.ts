// Traces of a shop by OTLP HTTP, then what Tempo's users ask of them. The merges that follow the last
// acknowledgement are counted.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuSecondsOf } from '../test/lib/process-stats.ts';
import { orderIdOf, spansPerTrace, type TracePlan, traceIdOf } from './lib/made-traces.ts';
import { type Phase, runPhase } from './lib/phase.ts';
import type { Figure } from './lib/report.ts';
import type { TraceSenderPlan, TraceSenderReport } from './trace-sender.ts';

const hourMs = 3_600_000;

export async function measureTempo(isQuick: boolean): Promise<Figure[]> {
  const endMs = Date.now();
  const plan = { traces: isQuick ? 20_000 : 200_000, startMs: endMs - hourMs, endMs };
  const { figures, tables } = await runPhase(async (phase) => {
    const spansPerCpuSecond = await sendTraces(phase, plan);
    return { spansPerCpuSecond, asked: await askTraces(phase, plan, isQuick ? 10 : 40) };
  });
  const bytes = tables.get('otel_spans')?.bytes ?? Number.NaN;
  return [
    {
      name: 'Tempo: spans per CPU second',
      value: figures.spansPerCpuSecond,
      unit: 'spans',
      atLeast: 60_000,
    },
    {
      name: 'Tempo: on disk after merges',
      value: bytes / (plan.traces * spansPerTrace),
      unit: 'bytes each',
      atMost: 75,
    },
    ...figures.asked,
  ];
}

/** Spans per CPU second of all our processes, merges until the engine rests included. */
async function sendTraces(phase: Phase, plan: TracePlan): Promise<number> {
  const { engine } = (await phase.getJson('/api/status')) as { engine: { pid: number } };
  const processes = [phase.program.child.pid as number, engine.pid];
  const used = (): number => processes.map(cpuSecondsOf).reduce((sum, value) => sum + value, 0);
  const before = used();
  const url = `http://127.0.0.1:${phase.program.ports.otlpHttp}/v1/traces`;
  const report = await runTraceSender({ ...plan, url, connections: 8 });
  await phase.settle();
  return report.spans / (used() - before);
}

export async function runTraceSender(plan: TraceSenderPlan): Promise<TraceSenderReport> {
  const script = fileURLToPath(new URL('trace-sender.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the sender ended with status ${code}`);
  return JSON.parse(text) as TraceSenderReport;
}

interface Question {
  readonly name: string;
  readonly atMost: number;
  readonly path: (run: number) => string;
}

/** What the issue names, each over the whole hour. */
export function traceQuestions({ traces, startMs, endMs }: TracePlan): readonly Question[] {
  const range = `start=${Math.floor(startMs / 1000)}&end=${Math.ceil(endMs / 1000) + 1}`;
  const some = (run: number): number => (run * 7919 + 17) % traces;
  const search = (query: string): string =>
    `/tempo/api/search?q=${encodeURIComponent(query)}&${range}&limit=20`;
  const slow = '{ resource.service.name = "checkout" && duration > 500ms }';
  const rate = '{ status = error } | rate() by (resource.service.name)';
  const structural =
    '{ resource.service.name = "frontend" } >> { status = error && resource.service.name = "payment" }';
  return [
    {
      name: 'trace by id',
      atMost: 15,
      path: (run) => `/tempo/api/v2/traces/${traceIdOf(some(run))}`,
    },
    { name: 'slow spans of a service', atMost: 40, path: () => search(slow) },
    {
      name: 'a rare attribute',
      atMost: 40,
      path: (run) => search(`{ span.order.id = "${orderIdOf(some(run))}" }`),
    },
    {
      name: 'rate of errors by service',
      atMost: 150,
      path: () => `/tempo/api/metrics/query_range?q=${encodeURIComponent(rate)}&${range}&step=60`,
    },
    { name: 'structure', atMost: 500, path: () => search(structural) },
  ];
}

async function askTraces(phase: Phase, plan: TracePlan, runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, atMost, path } of traceQuestions(plan)) {
    const { p50Ms } = await phase.time(runs, (run) => phase.getJson(path(run)));
    figures.push({ name: `Tempo: ${name} p50`, value: p50Ms, unit: 'ms', atMost });
  }
  return figures;
}
