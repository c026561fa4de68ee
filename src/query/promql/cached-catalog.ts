// A catalogue that remembers names and values of labels until there may be others. Series are known by
// day, so that answers for a window that slides stay the same for the rest of its day.
import { Lru } from '#lib/lru.ts';
import { dayOfMs } from '#model/unit.ts';
import type { CatalogQuery, Listed, MetricCatalog } from './catalog.ts';

/** Another number as soon as series may have come or gone. */
export type CatalogVersion = () => number;

const entriesMax = 64;
/** Larger answers are made anew each time. */
const itemsMax = 200_000;

export function cacheCatalog(catalog: MetricCatalog, version: CatalogVersion): MetricCatalog {
  const known = new Lru<string, { readonly version: number; readonly listed: Listed<string> }>(
    entriesMax,
  );
  const remember = async (
    key: string,
    read: () => Promise<Listed<string>>,
  ): Promise<Listed<string>> => {
    // Taken before the read: what comes while it runs is not in it for sure.
    const now = version();
    const found = known.get(key);
    if (found?.version === now) return found.listed;
    const listed = await read();
    if (listed.items.length <= itemsMax) known.set(key, { version: now, listed });
    return listed;
  };
  return {
    ...catalog,
    labelNames: (query) => remember(keyOf('', query), () => catalog.labelNames(query)),
    labelValues: (label, query) =>
      remember(keyOf(label, query), () => catalog.labelValues(label, query)),
  };
}

/** No label has the name ''. */
function keyOf(label: string, { tenant, match, startMs, endMs, limit }: CatalogQuery): string {
  const days = [startMs, endMs].map((ms) => (ms === undefined ? null : dayOfMs(ms)));
  return JSON.stringify([label, tenant, match ?? [], days, limit ?? null]);
}
