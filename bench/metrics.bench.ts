// Samples by OTLP HTTP protobuf (10,000 series), and a rate over 10,000 series for an hour.
import { ingestFigures } from './lib/ingest-figures.ts';
import { runPhase } from './lib/phase.ts';
import type { Figure } from './lib/report.ts';

const stepMs = 15_000;
const hourMs = 3_600_000;
const tenThousandSeries = {
  kind: 'samples',
  itemsPerBody: 500,
  parts: 20,
  connections: 8,
} as const;

export async function measureMetricsIngest(isQuick: boolean): Promise<Figure[]> {
  const { figures, tables } = await runPhase((phase) =>
    phase.ingest({
      ...tenThousandSeries,
      seconds: isQuick ? 5 : 20,
      startMs: Date.now() - 12 * hourMs,
      stepMs,
    }),
  );
  return ingestFigures('samples', figures, { atLeast: 400_000, table: tables.get('otel_samples') });
}

export async function measureMetricsQuery(isQuick: boolean): Promise<Figure[]> {
  const { figures } = await runPhase(async (phase) => {
    const endMs = Math.floor(Date.now() / 60_000) * 60_000;
    const startMs = endMs - hourMs;
    const steps = hourMs / stepMs;
    const { parts } = tenThousandSeries;
    await phase.ingest({ ...tenThousandSeries, bodies: steps * parts, startMs, stepMs });
    const query = encodeURIComponent('sum by (job) (rate(bench_requests_total[5m]))');
    const range = `start=${(startMs + 300_000) / 1000}&end=${endMs / 1000}&step=15`;
    return phase.time(isQuick ? 10 : 40, async () => {
      const answer = (await phase.getJson(
        `/prometheus/api/v1/query_range?query=${query}&${range}`,
      )) as { data: { result: { values: unknown[] }[] } };
      const { result } = answer.data;
      if (result.length !== parts || result.some(({ values }) => values.length < 200)) {
        throw new Error(
          `unexpected answer: ${result.length} series, ${result[0]?.values.length} points`,
        );
      }
    });
  });
  return [
    {
      name: 'sum by (job) (rate), 10,000 series, 1 h: p50',
      value: figures.p50Ms,
      unit: 'ms',
      atMost: 400,
    },
    { name: 'sum by (job) (rate), 10,000 series, 1 h: p99', value: figures.p99Ms, unit: 'ms' },
  ];
}
