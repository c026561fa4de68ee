// `npm run bench [-- --quick]`: ingest, disk, queries, start and idle of the built program, as a
// table and as bench/out/report.json. Nothing here can fail CI. Run it on a machine that does
// nothing else; the sender shares the cores, its CPU seconds are given apart.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { type Figure, printReport } from './lib/report.ts';
import { measureLogs } from './logs.bench.ts';
import { measureLoki } from './loki.bench.ts';
import { measureMetricsIngest, measureMetricsQuery } from './metrics.bench.ts';
import { measureBesidePrometheus } from './prometheus.bench.ts';
import { measureActiveSeries } from './series.bench.ts';
import { measureStart } from './start.bench.ts';
import { measureTempo } from './tempo.bench.ts';
import { measureTraces } from './traces.bench.ts';

const isQuick = process.argv.includes('--quick');
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);

const cases = {
  start: measureStart,
  traces: measureTraces,
  tempo: measureTempo,
  metrics: measureMetricsIngest,
  query: measureMetricsQuery,
  logs: measureLogs,
  loki: measureLoki,
  series: measureActiveSeries,
  prometheus: measureBesidePrometheus,
};

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(cases)) {
  if (only !== undefined && only !== name) continue;
  process.stderr.write(`${name} …\n`);
  figures.push(...(await measure(isQuick)));
}
printReport(figures);
await mkdir('bench/out', { recursive: true });
const machine = { cores: cpus().length, model: cpus()[0]?.model, memoryBytes: totalmem() };
await writeFile('bench/out/report.json', JSON.stringify({ machine, isQuick, figures }, null, 2));
