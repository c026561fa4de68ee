// Log lines by OTLP HTTP protobuf, then a needle in all of them.
import { needle } from '../test/lib/otlp-body.ts';
import { ingestFigures } from './lib/ingest-figures.ts';
import { runPhase } from './lib/phase.ts';
import { ingestPlans } from './lib/plans.ts';
import type { Figure } from './lib/report.ts';

export async function measureLogs(isQuick: boolean): Promise<Figure[]> {
  const lines = isQuick ? 500_000 : 5_000_000;
  const plan = ingestPlans.logs();
  const { itemsPerBody } = plan;
  const { figures, tables } = await runPhase(async (phase) => {
    const ingest = await phase.ingest({
      ...plan,
      bodies: lines / itemsPerBody,
      needleAt: Math.floor(lines / itemsPerBody / 3),
    });
    await phase.settle();
    const query = encodeURIComponent(`{service_namespace="bench"} |= "${needle}"`);
    const range = () => `start=${Date.now() - 3_600_000}000000&end=${Date.now()}000000`;
    const found = await phase.time(isQuick ? 10 : 40, async () => {
      const answer = (await phase.getJson(
        `/loki/loki/api/v1/query_range?query=${query}&${range()}`,
      )) as { data: { result: { values: unknown[] }[] } };
      const count = answer.data.result.reduce((sum, { values }) => sum + values.length, 0);
      if (count !== 1) throw new Error(`${count} lines hold the needle`);
    });
    const all = encodeURIComponent('{service_namespace="bench"}');
    const last = await phase.time(isQuick ? 10 : 20, () =>
      phase.getJson(`/loki/loki/api/v1/query_range?query=${all}&${range()}&limit=100`),
    );
    return { ingest, found, last };
  });
  return [
    ...ingestFigures('log lines', figures.ingest, {
      atLeast: 100_000,
      table: tables.get('otel_logs'),
    }),
    {
      name: `needle in ${lines.toLocaleString('en')} lines p50`,
      value: figures.found.p50Ms,
      unit: 'ms',
      atMost: 50,
    },
    {
      name: `needle in ${lines.toLocaleString('en')} lines p99`,
      value: figures.found.p99Ms,
      unit: 'ms',
    },
    { name: 'last 100 lines p50', value: figures.last.p50Ms, unit: 'ms' },
  ];
}
