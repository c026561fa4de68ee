// The administration of metrics behind the Prometheus API: selectors find series, the store deletes them.
import type { TsdbAdmin } from '#api/prometheus/views.ts';
import { clampMs } from '#query/promql/catalog.ts';
import { findSeries } from '#query/promql/find-series.ts';
import type { Store } from '#store/contract.ts';

export function createTsdbAdmin(
  { admin, reader, writer }: Pick<Store, 'admin' | 'reader' | 'writer'>,
  isStrict: boolean,
): TsdbAdmin {
  return {
    deleteSeries: async ({ fromMs, toMs, ...request }) => {
      // What is accepted and not committed yet has to be found, too.
      await writer.flush();
      const times = { fromMs: clampMs(fromMs), toMs: clampMs(toMs) };
      const series = await findSeries(reader, { ...request, ...times, isStrict });
      if (series.length === 0) return;
      await admin.deleteSeries({ tenant: request.tenant, series, ...times });
    },
    snapshot: (name) => admin.snapshot(name),
  };
}
