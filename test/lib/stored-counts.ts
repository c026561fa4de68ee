// How much of what a test sent is in the store of a stopped program: counted in the engine itself,
// once per identity and once per row, so that both a loss and a double show.
import { createMeter } from '#internal-telemetry/meter.ts';
import { silentLogger } from '#lib/log.ts';
import { as, call, column, type Expr, eq, literal, type Select, table } from '#sql/tree.ts';
import { openStore } from '#store/open-store.ts';

export interface StoredCounts {
  readonly spans: number;
  readonly logRecords: number;
  readonly samples: number;
}

const scopedTo = (service: string): Select => ({
  columns: [{ expr: column('scope_id') }],
  from: table('otel_scopes'),
  where: eq(column('service_name'), literal(service)),
});

const streamsOf = (service: string): Select => ({
  columns: [{ expr: column('stream_id') }],
  from: table('otel_log_streams'),
  where: eq(column('service_name'), literal(service)),
});

const within = (needle: string, haystack: Select): Expr => ({
  kind: 'in',
  needle: column(needle),
  isGlobal: true,
  haystack,
});

const count = [as(call('count'), 'n')];

/** Lines of a service as readers see them, and how many differ: fewer than there are means doubles. */
export async function storedLines(
  dataDir: string,
  service: string,
): Promise<{ readonly lines: number; readonly distinct: number }> {
  const store = await openStore({ dataDir }, { logger: silentLogger, meter: createMeter() });
  try {
    const [row] = await store.reader.rows<{ lines: bigint; distinct: bigint }>({
      columns: [as(call('count'), 'lines'), as(call('uniqExact', column('body')), 'distinct')],
      from: table('otel_logs', { isFinal: true }),
      where: within('stream_id', streamsOf(service)),
    });
    return { lines: Number(row?.lines ?? 0n), distinct: Number(row?.distinct ?? 0n) };
  } finally {
    await store.stop();
  }
}

/** Opens the folder (no program may be using it) and counts what `service` sent, as readers see it. */
export async function storedCounts(
  dataDir: string,
  service: string,
  metric: string,
): Promise<StoredCounts> {
  const store = await openStore({ dataDir }, { logger: silentLogger, meter: createMeter() });
  try {
    const one = async (select: Select): Promise<number> => {
      const [row] = await store.reader.rows<{ n: bigint }>(select);
      return Number(row?.n ?? 0n);
    };
    const times = call('groupArrayArray', column('time'));
    const perSeries: Select = {
      columns: [as(call('length', call('arrayDistinct', times)), 'samples')],
      from: table('otel_samples'),
      where: eq(column('name'), literal(metric)),
      groupBy: [column('series_id')],
    };
    return {
      spans: await one({
        columns: count,
        from: table('otel_spans', { isFinal: true }),
        where: within('scope_id', scopedTo(service)),
      }),
      logRecords: await one({
        columns: count,
        from: table('otel_logs', { isFinal: true }),
        where: within('stream_id', streamsOf(service)),
      }),
      samples: await one({
        columns: [as(call('sum', column('samples')), 'n')],
        from: { kind: 'select', select: perSeries },
      }),
    };
  } finally {
    await store.stop();
  }
}
