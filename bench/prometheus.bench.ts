// Beside a real Prometheus in one run: the same data by remote write, the same queries over the same
// API. Needs `npm run counterparts`. Ratios are ours to theirs, medians of requests in turn.
import { execFileSync } from 'node:child_process';
import { cpuSecondsOf } from '../test/lib/process-stats.ts';
import { type RealPrometheus, startPrometheus } from '../test/lib/real-prometheus.ts';
import { families, seriesPerFamily } from './lib/made-metrics.ts';
import { type Phase, runPhase, type TableSize } from './lib/phase.ts';
import { runRemoteWrite } from './lib/remote-write.ts';
import type { Figure } from './lib/report.ts';

const stepMs = 15_000;
const hourMs = 3_600_000;
/** An hour, and before it the longest window of a query. */
const steps = (hourMs + 600_000) / stepMs + 1;

/** What an answer must look like, so that both have worked for it. */
interface Question {
  readonly name: string;
  readonly query: string;
  readonly series: number;
  readonly isInstant?: boolean;
  /** Whether every run asks for a grid that was never asked before, for the same or for the next step. */
  readonly times: 'new' | 'same' | 'next';
  readonly atMost?: number;
}

const rate = 'sum by (job) (rate(bench_requests_total[5m]))';
const quantile =
  'histogram_quantile(0.9, sum by (le, job) (rate(bench_duration_seconds_bucket[5m])))';
const questions: readonly Question[] = [
  { name: 'sum by (job) (rate)', query: rate, series: 20, times: 'new', atMost: 0.5 },
  { name: 'histogram_quantile', query: quantile, series: 20, times: 'new', atMost: 0.5 },
  { name: 'sum by (job) (rate), sliding', query: rate, series: 20, times: 'next', atMost: 0.1 },
  { name: 'sum by (job) (rate), repeated', query: rate, series: 20, times: 'same', atMost: 0.1 },
  { name: 'histogram_quantile, repeated', query: quantile, series: 20, times: 'same', atMost: 0.1 },
  {
    name: 'instant of 10,000 series',
    query: 'bench_memory_bytes',
    series: seriesPerFamily,
    isInstant: true,
    times: 'new',
    atMost: 1,
  },
];

export async function measureBesidePrometheus(isQuick: boolean): Promise<Figure[]> {
  const prometheus = await startPrometheus();
  try {
    const samples = families.length * seriesPerFamily * steps;
    let theirBytes = 0;
    const { figures, tables } = await runPhase(async (phase) => {
      const endMs = Math.floor(Date.now() / stepMs) * stepMs;
      const startMs = endMs - (steps - 1) * stepMs;
      const ingested = await measureIngest(phase, prometheus, startMs);
      await phase.settle();
      const asked = await measureQuestions(phase, prometheus, endMs, isQuick ? 5 : 20);
      theirBytes = await blockBytes(prometheus);
      return [...ingested, ...asked];
    });
    return [...figures, ...diskFigures(samples, theirBytes, tables)];
  } finally {
    await prometheus.stop();
  }
}

async function measureIngest(
  phase: Phase,
  prometheus: RealPrometheus,
  startMs: number,
): Promise<Figure[]> {
  const { engine } = (await phase.getJson('/api/status')) as { engine: { pid: number } };
  const ours = [phase.program.child.pid as number, engine.pid];
  const theirs = [prometheus.child.pid as number];
  const used = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  const perCpuSecond = async (url: string, pids: readonly number[]): Promise<number> => {
    const before = used(pids);
    const report = await runRemoteWrite({ url, startMs, stepMs, steps });
    return report.samples / (used(pids) - before);
  };
  const their = await perCpuSecond(`${prometheus.url}/api/v1/write`, theirs);
  const our = await perCpuSecond(`${prometheusApi(phase)}/api/v1/write`, ours);
  return [
    { name: 'remote write: samples per CPU s', value: our, unit: '/CPU s' },
    { name: 'remote write to Prometheus', value: their, unit: '/CPU s' },
    { name: 'remote write: ratio', value: our / their, unit: '×', atLeast: 1 },
  ];
}

const prometheusApi = (phase: Phase): string => `${phase.program.url}/prometheus`;

async function measureQuestions(
  phase: Phase,
  prometheus: RealPrometheus,
  endMs: number,
  runs: number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [at, question] of questions.entries()) {
    const ask = async (url: string, run: number): Promise<number> => {
      const seconds = endMs / 1000 - secondsBack(question.times, at, run);
      const startedMs = performance.now();
      const response = await fetch(`${url}${pathOf(question, seconds)}`);
      const answer = (await response.json()) as { data: { result: unknown[] } };
      const tookMs = performance.now() - startedMs;
      if (answer.data.result.length !== question.series) {
        throw new Error(`${question.name}: ${answer.data.result.length} series from ${url}`);
      }
      return tookMs;
    };
    const our: number[] = [];
    const their: number[] = [];
    for (let run = -2; run < runs; run++) {
      const ourMs = await ask(prometheusApi(phase), run + 2);
      const theirMs = await ask(prometheus.url, run + 2);
      if (run < 0) continue;
      our.push(ourMs);
      their.push(theirMs);
    }
    const { name, atMost } = question;
    figures.push(
      { name: `${name}: p50`, value: median(our), unit: 'ms' },
      { name: `${name}: p50 of Prometheus`, value: median(their), unit: 'ms' },
      {
        name: `${name}: ratio`,
        value: median(our) / median(their),
        unit: '×',
        ...(atMost === undefined ? {} : { atMost }),
      },
    );
  }
  return figures;
}

/** Another second is another grid; 300 of them fit before the data begins. */
function secondsBack(times: Question['times'], at: number, run: number): number {
  if (times === 'same') return 0;
  if (times === 'new') return 1 + ((at * 97 + run) % 300);
  // Half a second that no other question has.
  return 300.5 - (run * stepMs) / 1000;
}

function pathOf({ query, isInstant }: Question, seconds: number): string {
  const text = `query=${encodeURIComponent(query)}`;
  if (isInstant) return `/api/v1/query?${text}&time=${seconds}`;
  return `/api/v1/query_range?${text}&start=${seconds - hourMs / 1000}&end=${seconds}&step=15`;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** The size of its blocks when all it has is in blocks: that of a snapshot. */
async function blockBytes(prometheus: RealPrometheus): Promise<number> {
  const url = `${prometheus.url}/api/v1/admin/tsdb/snapshot`;
  const response = await fetch(url, { method: 'POST' });
  const { data } = (await response.json()) as { data: { name: string } };
  const folder = `${prometheus.folder}/data/snapshots/${data.name}`;
  const text = execFileSync('du', ['-sb', folder], { encoding: 'utf8' });
  return Number(text.split('\t', 1)[0]);
}

function diskFigures(
  samples: number,
  theirBytes: number,
  tables: ReadonlyMap<string, TableSize>,
): Figure[] {
  const our = (tables.get('otel_samples')?.bytes ?? Number.NaN) / samples;
  const identities = (tables.get('otel_series')?.bytes ?? 0) / samples;
  const their = theirBytes / samples;
  return [
    { name: 'disk after merges: per sample', value: our + identities, unit: 'bytes' },
    { name: 'disk of Prometheus: per sample', value: their, unit: 'bytes' },
    { name: 'disk: ratio', value: (our + identities) / their, unit: '×', atMost: 1 },
  ];
}
