// Deletes samples of given series between two times, to the millisecond, and the series themselves on
// the days on which nothing of them is left. Rows that hold an hour of samples are cut where the range
// begins or ends inside of it. Resolves when the rows are gone.
import { dayOfMs, hourOfMs } from '#model/unit.ts';
import { print, printExpression } from '#sql/print.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  isIn,
  lambda,
  literal,
  not,
  op,
  type Select,
  table,
  tuple,
} from '#sql/tree.ts';
import type { SeriesDeletion } from '../contract.ts';
import type { Connection } from '../driver/connection.ts';
import { type Driver, localTable, onCluster, type TableLayout } from '../driver/driver.ts';
import { between, ofTenant, timeLiteral } from '../table/table.ts';

const doing = 'delete series';
/** So many ids fit into a statement. */
const seriesPerStatement = 5000;
/** The statement waits for its rows to be gone, on every replica. */
const settings = { mutations_sync: 2, alter_sync: 2, max_query_size: 1 << 20 } as const;

/** Tables of one row per sample. */
const pointTables = ['otel_delta_samples', 'otel_histograms', 'otel_exemplars'] as const;
/** Tables of one row per series and hour, with the arrays that belong together. */
const arrayTables = {
  otel_samples: ['time', 'value'],
  otel_sample_starts: ['time', 'start_time'],
} as const;

export async function deleteSeries(driver: Driver, deletion: SeriesDeletion): Promise<void> {
  // By name, so that each statement has few of them and finds its rows by the sorting key.
  const ordered = [...deletion.series].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const connection of await driver.schemaConnections()) {
    for (let from = 0; from < ordered.length; from += seriesPerStatement) {
      const series = ordered.slice(from, from + seriesPerStatement);
      await deleteChunk(connection, driver.layout, { ...deletion, series });
    }
  }
}

async function deleteChunk(
  connection: Connection,
  layout: TableLayout,
  deletion: SeriesDeletion,
): Promise<void> {
  const alter = (name: string, commands: readonly string[]): Promise<void> =>
    connection.command(
      `ALTER TABLE ${localTable(name, layout)}${onCluster(layout)} ${commands.join(', ')}`,
      { doing, settings },
    );
  for (const name of pointTables) {
    await alter(name, [`DELETE WHERE ${printExpression(pointsOf(deletion))}`]);
  }
  for (const [name, arrays] of Object.entries(arrayTables)) {
    const cut = arrays.map((array) => `${array} = ${printExpression(outside(array, deletion))}`);
    const touched = and(rowsOf(deletion), call('arrayExists', isInside(deletion), column('time')));
    await alter(name, [
      `UPDATE ${cut.join(', ')} WHERE ${printExpression(touched)}`,
      `DELETE WHERE ${printExpression(and(rowsOf(deletion), call('empty', column('time'))))}`,
    ]);
  }
  await deleteIdentities(connection, layout, { deletion, alter });
}

/** Rows of the series in the hours of the range. */
function rowsOf({ tenant, series, fromMs, toMs }: SeriesDeletion): Expr {
  return and(
    ofTenant(tenant),
    between('bucket', hourOfMs(fromMs), hourOfMs(toMs)),
    ...ofSeries(series),
  );
}

function ofSeries(series: SeriesDeletion['series']): Expr[] {
  const names = [...new Set(series.map(({ name }) => name))];
  return [
    isIn(column('name'), names.map(literal)),
    isIn(
      column('series_id'),
      series.map(({ id }) => literal(id)),
    ),
  ];
}

const pointsOf = (deletion: SeriesDeletion): Expr =>
  and(rowsOf(deletion), inside(column('time'), deletion));

const inside = (time: Expr, { fromMs, toMs }: SeriesDeletion): Expr =>
  and(op(time, '>=', timeLiteral(fromMs)), op(time, '<=', timeLiteral(toMs)));

const isInside = (deletion: SeriesDeletion): Expr => lambda(['t'], inside(column('t'), deletion));

/** The elements whose times lie outside of the range. */
const outside = (array: string, deletion: SeriesDeletion): Expr =>
  call(
    'arrayFilter',
    lambda(['each', 't'], not(inside(column('t'), deletion))),
    column(array),
    column('time'),
  );

/** Tables whose rows need the series that they name. */
const naming = [...pointTables, 'otel_samples'] as const;

/** A series goes from a day of the range when no row of that day names it any more. */
async function deleteIdentities(
  connection: Connection,
  layout: TableLayout,
  { deletion, alter }: DeletionStep,
): Promise<void> {
  const { tenant, series, fromMs, toMs } = deletion;
  const days = [dayOfMs(fromMs), dayOfMs(toMs)] as const;
  const wholeDays = and(
    ofTenant(tenant),
    between('bucket', firstHourOf(days[0]), lastHourOf(days[1])),
    ...ofSeries(series),
  );
  const day = call('intDiv', column('bucket'), literal(24));
  const selects = naming.map(
    (name): Select => ({
      columns: [as(day, 'day'), as(call('toString', column('series_id')), 'id')],
      isDistinct: true,
      // Where one server speaks for all, it is asked for all.
      from: table(layout.isOnCluster ? name : localTable(name, layout)),
      where: wholeDays,
    }),
  );
  const kept: { readonly day: number; readonly id: string }[] = [];
  for (const select of selects) {
    kept.push(...(await connection.objects<{ day: number; id: string }>(print(select), { doing })));
  }
  const pairs = kept.map((one) => tuple(literal(Number(one.day)), literal(BigInt(one.id))));
  const isKept = isIn(tuple(column('day'), column('series_id')), pairs);
  const gone = and(
    ofTenant(tenant),
    between('day', ...days),
    ...ofSeries(series),
    pairs.length === 0 ? undefined : not(isKept),
  );
  await alter('otel_series', [`DELETE WHERE ${printExpression(gone)}`]);
}

interface DeletionStep {
  readonly deletion: SeriesDeletion;
  readonly alter: (name: string, commands: readonly string[]) => Promise<void>;
}

// Days are cut towards zero: day 0 has the hours on both sides of 1970.
const firstHourOf = (day: number): number => (day > 0 ? day * 24 : day * 24 - 23);
const lastHourOf = (day: number): number => (day < 0 ? day * 24 : day * 24 + 23);
