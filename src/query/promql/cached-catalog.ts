// A catalogue that remembers names and values of labels until there may be others. Series are known by
// day, so that answers for a window that slides stay the same for the rest of its day.
import { dayOfMs } from '#model/unit.ts';
import type { CatalogQuery, Listed, MetricCatalog } from './catalog.ts';

/** Another number as soon as series may have come or gone. */
export type CatalogVersion = () => number;

const entriesMax = 64;
/** Of all answers together; an answer that is larger than half of it is made anew each time. */
const itemsMax = 400_000;

export function cacheCatalog(catalog: MetricCatalog, version: CatalogVersion): MetricCatalog {
  const known = new KnownLists();
  const remember = async (
    key: string,
    read: () => Promise<Listed<string>>,
  ): Promise<Listed<string>> => {
    // Taken before the read: what comes while it runs is not in it for sure.
    const now = version();
    const found = known.get(key);
    if (found?.version === now) return found.listed;
    const listed = await read();
    known.set(key, { version: now, listed });
    return listed;
  };
  return {
    ...catalog,
    labelNames: (query) => remember(keyOf('', query), () => catalog.labelNames(query)),
    labelValues: (label, query) =>
      remember(keyOf(label, query), () => catalog.labelValues(label, query)),
  };
}

interface Known {
  readonly version: number;
  readonly listed: Listed<string>;
}

/** Forgets what was not asked for the longest. */
class KnownLists {
  readonly #lists = new Map<string, Known>();
  #items = 0;

  get(key: string): Known | undefined {
    const found = this.#take(key);
    if (found) this.#put(key, found);
    return found;
  }

  set(key: string, known: Known): void {
    this.#take(key);
    if (known.listed.items.length * 2 > itemsMax) return;
    this.#put(key, known);
    for (const oldest of this.#lists.keys()) {
      if (this.#items <= itemsMax && this.#lists.size <= entriesMax) break;
      this.#take(oldest);
    }
  }

  #put(key: string, known: Known): void {
    this.#lists.set(key, known);
    this.#items += known.listed.items.length;
  }

  #take(key: string): Known | undefined {
    const found = this.#lists.get(key);
    if (!found) return undefined;
    this.#lists.delete(key);
    this.#items -= found.listed.items.length;
    return found;
  }
}

/** No label has the name ''. */
function keyOf(label: string, { tenant, match, startMs, endMs, limit }: CatalogQuery): string {
  const days = [startMs, endMs].map((ms) => (ms === undefined ? null : dayOfMs(ms)));
  return JSON.stringify([label, tenant, match ?? [], days, limit ?? null]);
}
