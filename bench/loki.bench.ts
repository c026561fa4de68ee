// Log lines by Loki's push, as Promtail sends them and as JSON, then what people ask of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuSecondsOf } from '../test/lib/process-stats.ts';
import { type Phase, runPhase } from './lib/phase.ts';
import type { Figure } from './lib/report.ts';
import type { LokiPushPlan, LokiPushReport } from './loki-sender.ts';

const needle = 'needle-4f1d9c3b7a2e8f60';
const hourMs = 3_600_000;

export async function measureLoki(isQuick: boolean): Promise<Figure[]> {
  const lines = isQuick ? 500_000 : 5_000_000;
  const { figures, tables } = await runPhase(async (phase) => {
    const range = { startMs: Date.now() - hourMs, endMs: Date.now() };
    const protobuf = await push(phase, { ...range, format: 'protobuf', lines });
    const asked = await ask(phase, range.startMs, range.endMs + 1000, isQuick ? 5 : 20);
    return { protobuf, asked };
  });
  const stored = tables.get('otel_logs');
  const json = await runPhase((phase) => {
    const range = { startMs: Date.now() - hourMs, endMs: Date.now() };
    return push(phase, { ...range, format: 'json', lines: lines / 5 });
  });
  return [
    {
      name: 'Loki push, protobuf: lines per CPU second',
      value: figures.protobuf,
      unit: 'lines',
      atLeast: 110_000,
    },
    { name: 'Loki push, JSON: lines per CPU second', value: json.figures, unit: 'lines' },
    {
      name: 'Loki push: on disk after merges',
      value: (stored?.bytes ?? Number.NaN) / (stored?.rows ?? 1),
      unit: 'bytes each',
      atMost: 75,
    },
    ...figures.asked,
  ];
}

/** Lines per CPU second of all our processes, merges until the engine rests included. */
async function push(
  phase: Phase,
  plan: Pick<LokiPushPlan, 'format' | 'lines' | 'startMs' | 'endMs'>,
): Promise<number> {
  const { engine } = (await phase.getJson('/api/status')) as { engine: { pid: number } };
  const processes = [phase.program.child.pid as number, engine.pid];
  const used = (): number => processes.map(cpuSecondsOf).reduce((sum, value) => sum + value, 0);
  const before = used();
  const report = await runLokiSender({
    ...plan,
    url: `${phase.program.url}/loki/api/v1/push`,
    // A megabyte, as Promtail and Alloy send when there is more than they can send at once.
    linesPerRequest: 3000,
    streams: 20,
    connections: 8,
    needle,
  });
  if (report.failed > 0) throw new Error(`${report.failed} lines were refused`);
  await phase.settle();
  return report.accepted / (used() - before);
}

async function runLokiSender(plan: LokiPushPlan): Promise<LokiPushReport> {
  const script = fileURLToPath(new URL('loki-sender.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the sender ended with status ${code}`);
  return JSON.parse(text) as LokiPushReport;
}

async function ask(phase: Phase, startMs: number, endMs: number, runs: number): Promise<Figure[]> {
  const questions: readonly (readonly [string, string, number])[] = [
    ['needle', `{app=~".+"} |= "${needle}"`, 20],
    ['last 100 lines', '{app=~".+"}', 30],
    ['regular expression', '{app=~".+"} |~ "needle-[0-9a-f]{16}"', 700],
    ['count by a JSON field', 'sum by (level) (count_over_time({app=~".+"} | json [1m]))', 400],
  ];
  const figures: Figure[] = [];
  for (const [name, query, atMost] of questions) {
    const range = `start=${startMs}000000&end=${endMs}000000&step=60&limit=100`;
    const path = `/loki/api/v1/query_range?query=${encodeURIComponent(query)}&${range}`;
    const { p50Ms } = await phase.time(runs, () => phase.getJson(path));
    figures.push({ name: `Loki: ${name} p50`, value: p50Ms, unit: 'ms', atMost });
  }
  return figures;
}
