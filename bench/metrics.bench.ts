// Samples by OTLP HTTP protobuf (10,000 series), and a rate over 10,000 series for an hour.
import { ingestFigures } from './lib/ingest-figures.ts';
import { runPhase } from './lib/phase.ts';
import { hourMs, ingestPlans, stepMs } from './lib/plans.ts';
import type { Figure } from './lib/report.ts';

export async function measureMetricsIngest(isQuick: boolean): Promise<Figure[]> {
  const { figures, tables } = await runPhase((phase) =>
    phase.ingest({ ...ingestPlans.samples(), seconds: isQuick ? 5 : 20 }),
  );
  return ingestFigures('samples', figures, { atLeast: 400_000, table: tables.get('otel_samples') });
}

export async function measureMetricsQuery(isQuick: boolean): Promise<Figure[]> {
  const { figures } = await runPhase(async (phase) => {
    const endMs = Math.floor(Date.now() / 60_000) * 60_000;
    const startMs = endMs - hourMs;
    const steps = hourMs / stepMs;
    const plan = ingestPlans.samples(startMs);
    const { parts } = plan;
    await phase.ingest({ ...plan, bodies: steps * parts });
    await phase.settle();
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
