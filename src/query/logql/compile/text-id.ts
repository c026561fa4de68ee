// Where lines are whose text has an id, for `| trace_id="…"`: few places, found by the index of ids, so
// that nothing else of the lines is read.
import { idSpellings } from '#model/log-fields.ts';
import { and, column, type Expr, isGlobalIn, or, table, tuple } from '#sql/tree.ts';
import { logs, logsBetween } from '#store/table/logs.ts';
import { compileContains } from '../stage/line-filter.ts';
import { isTextId } from '../stage/text-id.ts';
import type { Matcher } from '../syntax/ast.ts';
import type { StreamWindow } from './stream.ts';

const place: readonly Expr[] = [column('stream_id'), column('time_unix_nano')];

/** True for every row whose line may carry the id; undefined where the matcher asks for no id. */
export function compileTextId(matcher: Matcher, window: StreamWindow): Expr | undefined {
  if (!isTextId(matcher)) return undefined;
  const { tenant, fromNano, toNano } = window;
  const spelled = idSpellings(matcher.value).map((id) =>
    compileContains(column('body'), id, false),
  );
  return isGlobalIn(tuple(...place), {
    columns: place.map((expr) => ({ expr })),
    from: table(logs.name),
    where: and(logsBetween(tenant, fromNano, toNano + 1n), or(...spelled)),
  });
}
