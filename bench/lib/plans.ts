// What the ingest cases send: how many items a body has, how many sources there are, how many
// connections send. A collector's batches are of this size.
import type { SenderPlan } from '../sender.ts';

type IngestPlan = Omit<SenderPlan, 'port' | 'seconds' | 'bodies'>;

export const stepMs = 15_000;
export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const ingestPlans = {
  spans: (): IngestPlan => ({ kind: 'spans', itemsPerBody: 1000, parts: 10, connections: 32 }),
  logs: (): IngestPlan => ({ kind: 'logs', itemsPerBody: 1000, parts: 20, connections: 32 }),
  /** 10,000 series, 15 s apart; from the start of yesterday (UTC) unless told otherwise. */
  samples: (startMs = (Math.floor(Date.now() / dayMs) - 1) * dayMs): IngestPlan => ({
    kind: 'samples',
    itemsPerBody: 2000,
    parts: 5,
    connections: 32,
    startMs,
    stepMs,
  }),
};
