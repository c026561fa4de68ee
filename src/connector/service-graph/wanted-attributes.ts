// The attributes of a span that a service graph looks at. In: the attributes of the row that a cursor is
// at; out: where the values lie, by the number of the attribute. No text is made.
import type { SpanCursor, TextRange } from '#model/span-cursor.ts';

interface Wanted {
  readonly key: Uint8Array;
  readonly number: number;
}

/** Names of nodes and values of labels are not longer. */
export const textBytesMax = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class WantedAttributes {
  readonly names: readonly string[];
  /** Ranges in `bytes` by number; from = -1: the span has no such attribute, or an empty one. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  bytes: Uint8Array = new Uint8Array(0);
  readonly #byLength: (readonly Wanted[] | undefined)[] = [];

  constructor(names: Iterable<string>) {
    this.names = [...new Set(names)];
    this.from = new Int32Array(this.names.length).fill(-1);
    this.to = new Int32Array(this.names.length);
    for (const [number, name] of this.names.entries()) {
      const key = encoder.encode(name);
      this.#byLength[key.length] = [...(this.#byLength[key.length] ?? []), { key, number }];
    }
  }

  numberOf(name: string): number {
    return this.names.indexOf(name);
  }

  /** Finds the values of the row. Of repeated attributes the first counts. */
  read(cursor: SpanCursor): void {
    this.clear();
    const { attributeKey, attributeValue } = cursor;
    this.bytes = attributeValue.bytes;
    while (cursor.nextAttribute()) {
      const wanted = this.#byLength[attributeKey.to - attributeKey.from];
      if (wanted === undefined) continue;
      const number = numberIn(wanted, attributeKey);
      if (number < 0 || this.from[number] !== -1 || attributeValue.to === attributeValue.from) {
        continue;
      }
      this.from[number] = attributeValue.from;
      this.to[number] = attributeValue.to;
    }
  }

  /** As of a span without attributes. */
  clear(): void {
    this.from.fill(-1);
  }

  has(number: number): boolean {
    return this.from[number] !== -1;
  }

  /** The stored attribute; the beginning of a long one. */
  textOf(number: number): string {
    const from = this.from[number] as number;
    const to = Math.min(this.to[number] as number, from + textBytesMax);
    return decoder.decode(this.bytes.subarray(from, to));
  }
}

function numberIn(wanted: readonly Wanted[], key: TextRange): number {
  for (const { key: name, number } of wanted) if (key.equals(name)) return number;
  return -1;
}
