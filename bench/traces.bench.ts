// Spans by OTLP HTTP protobuf, then traces by id.
import { spansPerTrace, traceIdOf } from '../test/lib/otlp-body.ts';
import { ingestFigures } from './lib/ingest-figures.ts';
import { runPhase } from './lib/phase.ts';
import { ingestPlans } from './lib/plans.ts';
import type { Figure } from './lib/report.ts';

export async function measureTraces(isQuick: boolean): Promise<Figure[]> {
  const plan = ingestPlans.spans();
  const { itemsPerBody } = plan;
  const { figures, tables } = await runPhase(async (phase) => {
    const ingest = await phase.ingest({ ...plan, seconds: isQuick ? 5 : 25 });
    const bodies = Math.floor(ingest.items / itemsPerBody);
    await phase.settle();
    const byId = await phase.time(isQuick ? 50 : 300, async (run) => {
      const traceId = traceIdOf((run * 7919) % bodies, (run * 31) % (itemsPerBody / spansPerTrace));
      await phase.getJson(`/tempo/api/v2/traces/${traceId}`);
    });
    return { ingest, byId };
  });
  return [
    ...ingestFigures('spans', figures.ingest, { atLeast: 60_000, table: tables.get('otel_spans') }),
    { name: 'trace by id p50', value: figures.byId.p50Ms, unit: 'ms', atMost: 20 },
    { name: 'trace by id p99', value: figures.byId.p99Ms, unit: 'ms' },
  ];
}
