// Long lists as several messages, because clients take 4 MiB a message unless told otherwise.

const bytesMax = 2 << 20;
const itemsMax = 1_000;

/** Halves what is too long; one item alone is never split. */
export function* inParts<Item>(
  items: readonly Item[],
  encode: (items: readonly Item[]) => Uint8Array,
): Generator<Uint8Array> {
  for (let at = 0; at < items.length; at += itemsMax) {
    yield* halved(items.slice(at, at + itemsMax), encode);
  }
}

function* halved<Item>(
  items: readonly Item[],
  encode: (items: readonly Item[]) => Uint8Array,
): Generator<Uint8Array> {
  const bytes = encode(items);
  if (bytes.length <= bytesMax || items.length === 1) {
    yield bytes;
    return;
  }
  const middle = items.length >> 1;
  yield* halved(items.slice(0, middle), encode);
  yield* halved(items.slice(middle), encode);
}
