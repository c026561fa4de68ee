// What is to be deleted, and its deletion. Whole days are dropped when every tenant's retention has
// passed; where tenants differ, rows of the shorter ones are deleted before that. Over its size cap a
// signal loses its oldest days, but never its newest.
import type { Signal } from '#model/batch.ts';
import { and, column, type Expr, eq, isIn, literal, not } from '#sql/tree.ts';
import type { RetentionSettings, SignalAges } from '../settings.ts';
import { endOfDayMs, type Partition } from './partition.ts';

export type Deletion =
  | { readonly kind: 'drop'; readonly partition: Partition; readonly reason: 'age' | 'size' }
  | { readonly kind: 'delete-rows'; readonly partition: Partition; readonly where: Expr };

const ageKeys = { metrics: 'metricsMs', logs: 'logsMs', traces: 'tracesMs' } as const;

const ageOf = (ages: SignalAges, signal: Signal): number =>
  ages[ageKeys[signal]] ?? Number.POSITIVE_INFINITY;

/** Pure: the deletions that `settings` ask for at `nowMs`. */
export function planRetention(
  partitions: readonly Partition[],
  settings: RetentionSettings,
  nowMs: number,
): Deletion[] {
  const byAge = partitions.flatMap((partition) => planAge(partition, settings, nowMs));
  const dropped = new Set(byAge.filter(({ kind }) => kind === 'drop').map((d) => d.partition));
  const kept = partitions.filter((partition) => !dropped.has(partition));
  return [...byAge, ...planSize(kept, settings)];
}

function planAge(partition: Partition, settings: RetentionSettings, nowMs: number): Deletion[] {
  const { signal } = partition;
  const sinceEndMs = nowMs - endOfDayMs(partition.day);
  const isOver = (ageMs: number): boolean => sinceEndMs >= ageMs;
  const defaultMs = ageOf(settings, signal);
  // A tenant whose retention says nothing of this signal has the default.
  const tenants = Object.entries(settings.tenants ?? {}).flatMap(([tenant, ages]) =>
    ageKeys[signal] in ages ? [{ tenant, ageMs: ageOf(ages, signal) }] : [],
  );
  if (isOver(defaultMs) && tenants.every(({ ageMs }) => isOver(ageMs))) {
    return [{ kind: 'drop', partition, reason: 'age' }];
  }
  const names = (some: readonly { tenant: string }[]): Expr[] =>
    some.map(({ tenant }) => literal(tenant));
  if (isOver(defaultMs)) {
    const longer = tenants.filter(({ ageMs }) => !isOver(ageMs));
    const where = not(isIn(column('tenant'), names(longer)));
    return [{ kind: 'delete-rows', partition, where }];
  }
  const shorter = tenants.filter(({ ageMs }) => isOver(ageMs));
  if (shorter.length === 0) return [];
  return [{ kind: 'delete-rows', partition, where: isIn(column('tenant'), names(shorter)) }];
}

function planSize(partitions: readonly Partition[], settings: RetentionSettings): Deletion[] {
  return (['metrics', 'logs', 'traces'] as const).flatMap((signal) => {
    const bytesMax = settings.maxBytes?.[signal];
    if (bytesMax === undefined) return [];
    const own = partitions.filter((partition) => partition.signal === signal);
    const days = [...new Set(own.map(({ day }) => day))].sort((a, b) => a - b);
    let bytes = own.reduce((sum, partition) => sum + partition.bytes, 0);
    const deletions: Deletion[] = [];
    for (const day of days.slice(0, -1)) {
      if (bytes <= bytesMax) break;
      for (const partition of own.filter((each) => each.day === day)) {
        bytes -= partition.bytes;
        deletions.push({ kind: 'drop', partition, reason: 'size' });
      }
    }
    return deletions;
  });
}

/** Rows of the partition that a deletion is about. */
export const rowsOfDeletion = ({ id }: Partition, where: Expr): Expr =>
  and(eq(column('_partition_id'), literal(id)), where);
