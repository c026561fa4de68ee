// The scopes and resources behind spans, by scope_id. An id is a hash of the content: what was read
// once never changes, so it is kept (a read of even a small table costs milliseconds).
import { Lru } from '#lib/lru.ts';
import type { StoredAttributes, StoredOrigin } from '#model/stored-span.ts';
import type { StoreReader } from '#store/contract.ts';
import { compileScopes, type TimeRange } from './compile/search.ts';
import { type ScopeRow, toOrigins } from './eval/span-rows.ts';

export interface OriginReader {
  /** Those of the ids that the range knows; `range` is that of the spans. */
  read(
    scopeIds: readonly bigint[],
    range: TimeRange,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<bigint, StoredOrigin>>;
}

/** Together at most 64 MiB: larger origins are rare and read each time. */
const originsMax = 4096;
const charactersMax = 8192;

export function createOriginReader(reader: StoreReader): OriginReader {
  const known = new Lru<string, StoredOrigin>(originsMax);
  return {
    async read(scopeIds, range, signal) {
      const keyOf = (id: bigint): string => `${id} ${range.tenant}`;
      const found = new Map<bigint, StoredOrigin>();
      const missing: bigint[] = [];
      for (const id of scopeIds) {
        const origin = known.get(keyOf(id));
        if (origin) found.set(id, origin);
        else missing.push(id);
      }
      if (missing.length === 0) return found;
      const select = compileScopes(missing, range);
      const rows = await reader.rows<ScopeRow>(select, signal ? { signal } : {});
      for (const [id, origin] of toOrigins(rows)) {
        found.set(id, origin);
        if (charactersOf(origin) <= charactersMax) known.set(keyOf(id), origin);
      }
      return found;
    },
  };
}

function charactersOf({ resourceAttributes, scopeAttributes }: StoredOrigin): number {
  const sum = (attributes: StoredAttributes): number => {
    let characters = 0;
    for (const [key, value] of attributes) characters += key.length + value.length;
    return characters;
  };
  return sum(resourceAttributes) + sum(scopeAttributes);
}
