// The live half of the Loki API: tails, on a tee behind the commits of this process.
import { tailRoutes } from '#api/loki/tail.ts';
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { createGate } from '#query/gate.ts';
import { Tails } from '#query/logql/tail/tails.ts';
import type { Route } from '#server/route.ts';
import type { Store } from '#store/contract.ts';
import { createLogql } from './read-routes.ts';

export interface LokiLiveDeps {
  readonly store: Pick<Store, 'reader' | 'status'>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export interface LokiLive {
  /** The same consumer; what it has committed is shown to who follows it. */
  tee(consumer: Consumer): Consumer;
  readonly routes: readonly Route[];
}

/** Tails that begin read their past in turns, and keep no other query waiting. */
const tailPlaces = 4;

export function createLokiLive(config: Config, deps: LokiLiveDeps): LokiLive {
  const { store, clock } = deps;
  const { reader } = store;
  const gate = createGate(tailPlaces, config['server.max_websockets']);
  const tails = new Tails(
    {
      queueBytesMax: config['query.tail_queue_bytes'],
      entriesMax: config['query.max_entries'],
      isStrict: config['compat.strict'],
      // Other processes may write into an engine that is not ours.
      isShared: store.status().engine === 'external',
    },
    { ...deps, reader, engine: createLogql(config, { reader, gate }) },
  );
  return {
    tee: (consumer) => ({
      consume: async (batch, signal) => {
        const result = await consumer.consume(batch, signal);
        tails.feed.publish(batch);
        return result;
      },
    }),
    routes: tailRoutes({ tails, clock }),
  };
}
