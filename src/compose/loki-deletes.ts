// Requests to delete lines: found by LogQL, deleted by the store, receipts in the data folder.
import { join } from 'node:path';
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import { deleteLines } from '#query/logql/delete/delete-lines.ts';
import { DeleteRequests } from '#query/logql/delete/requests.ts';
import type { Store } from '#store/contract.ts';

export interface LokiDeletesDeps {
  readonly store: Pick<Store, 'reader' | 'writer' | 'admin'>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export function createDeletes(config: Config, deps: LokiDeletesDeps): DeleteRequests {
  const { reader, writer, admin } = deps.store;
  const isStrict = config['compat.strict'];
  const settings = {
    file: join(config.data_dir, 'loki-deletes.json'),
    cancelPeriodMs: config['loki.delete_cancel_period'],
    requestsMax: config['loki.max_delete_requests'],
  };
  return new DeleteRequests(settings, {
    ...deps,
    deleteLines: async (deletion, signal) => {
      // What is accepted and not committed yet has to be found, too.
      await writer.flush();
      await deleteLines({ reader, admin, isStrict }, deletion, signal);
    },
  });
}
