// The attributes of resources as maps, remembered: requests of one sender have the same resource for as
// long as it runs, so that a map is made once and whoever keeps something by it finds it again.
import { Lru } from '#lib/lru.ts';
import type { Body } from './body.ts';
import { readResourceAttributes } from './origin.ts';

interface KnownResource {
  readonly keyHigh: number;
  readonly attributes: ReadonlyMap<string, string>;
}

const resourcesMax = 2000;
/** A larger resource is read each time: all together hold at most some 30 MB. */
const resourceBytesMax = 16 * 1024;

/** Of this process: the key has the tenant in it. */
const known = new Lru<number, KnownResource>(resourcesMax);

/** Of the resource that `body` is at, by name; values are stored attributes. */
export function resourceAttributesOf(body: Body): ReadonlyMap<string, string> {
  const { resourceKeyLow, resourceKeyHigh, resourceFrom, resourceTo } = body.origin;
  const found = known.get(resourceKeyLow);
  if (found?.keyHigh === resourceKeyHigh) return found.attributes;
  const attributes = readResourceAttributes(body);
  if (resourceTo - resourceFrom <= resourceBytesMax) {
    known.set(resourceKeyLow, { keyHigh: resourceKeyHigh, attributes });
  }
  return attributes;
}
