// Rules over samples in memory: for unit tests of rules.
import { type Clock, systemClock } from '#lib/clock.ts';
import { createPromqlEngine, type PromqlEngine } from '#query/promql/engine.ts';
import type { Item } from '#query/promql/notation/series.ts';
import { MemorySource } from '#query/promql/read/memory-source.ts';
import {
  engineReader,
  type RuleReader,
  type RuleWriter,
  type WrittenSample,
} from './evaluation.ts';

export interface MemoryStore {
  readonly source: MemorySource;
  readonly engine: PromqlEngine;
  readonly reader: RuleReader;
  readonly writer: RuleWriter;
}

export function createMemoryStore({
  subqueryStepMs,
}: {
  readonly subqueryStepMs?: number;
} = {}): MemoryStore {
  const source = new MemorySource();
  const clock: Clock = systemClock;
  const engine = createPromqlEngine({
    source,
    clock,
    ...(subqueryStepMs === undefined ? {} : { subqueryStepMs: () => subqueryStepMs }),
  });
  return {
    source,
    engine,
    reader: engineReader(engine, ''),
    writer: {
      write: async (samples) => {
        for (const sample of samples) source.append(sample.labels, sample.timeMs, toItem(sample));
      },
      flush: async () => {},
    },
  };
}

function toItem({ value, histogram, isStale }: WrittenSample): Item {
  if (isStale) return { kind: 'stale' };
  return histogram ? { kind: 'histogram', histogram, namesHint: false } : { kind: 'value', value };
}
