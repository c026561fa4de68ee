// The last query of each mode while the page is open, so that going to logs and back does not lose
// what was asked of metrics.

import type { ExploreMode } from '../link.ts';

const queries = new Map<ExploreMode, string>();

export const lastQuery = (mode: ExploreMode): string | undefined => queries.get(mode);

export function rememberQuery(mode: ExploreMode, query: string | undefined): void {
  if (query === undefined) queries.delete(mode);
  else queries.set(mode, query);
}
