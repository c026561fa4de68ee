// Whether one of the attributes of a record is a level by its name.
import { levelAttributes } from '#model/log-level.ts';

const encoder = new TextEncoder();
const names = levelAttributes.map((name) => encoder.encode(name));

/** `keys` from `from` up to `to`: strings as a column has them, each behind its length. */
export function hasLevelKey(keys: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = keys[at++] as number;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (isLevel(keys, at, size)) return true;
    at += size;
  }
  return false;
}

function isLevel(keys: Uint8Array, at: number, size: number): boolean {
  for (const name of names) {
    if (name.length !== size) continue;
    let same = 0;
    while (same < size && keys[at + same] === name[same]) same++;
    if (same === size) return true;
  }
  return false;
}
