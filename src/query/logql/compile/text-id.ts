// Rows of an id, for `| trace_id="…"`: their places, which are few, by the metadata and by the index of ids in
// lines. A condition on places alone is one on the sorting key, so that nothing else of the table is read,
// not even where repeats have to be merged.
import { idSpellings } from '#model/log-fields.ts';
import { and, column, type Expr, isGlobalIn, or, table, tuple } from '#sql/tree.ts';
import { logs, logsBetween } from '#store/table/logs.ts';
import { compileContains } from '../stage/line-filter.ts';
import type { StreamWindow } from './stream.ts';

const place: readonly Expr[] = [column('stream_id'), column('time_unix_nano')];

/** True for every row that fulfils `inMetadata`, and for every one whose line may carry the id. */
export function compileTextId(id: string, window: StreamWindow, inMetadata: Expr): Expr {
  const { tenant, fromNano, toNano } = window;
  const inText = or(
    ...idSpellings(id).map((spelled) => compileContains(column('body'), spelled, false)),
  );
  const isPlaceOf = (condition: Expr): Expr =>
    isGlobalIn(tuple(...place), {
      columns: place.map((expr) => ({ expr })),
      from: table(logs.name),
      where: and(logsBetween(tenant, fromNano, toNano + 1n), condition),
    });
  return or(isPlaceOf(inMetadata), isPlaceOf(inText));
}
