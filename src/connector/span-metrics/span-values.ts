// The attributes of one span that labels are made of, as ranges of its columns.
import type { Hash64 } from '#lib/hash.ts';
import { attributeText } from '#model/attribute.ts';
import type { SpanCursor } from '#model/span-cursor.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class SpanValues {
  /** The sampling probability that the span has as an attribute. */
  weight: string | undefined;
  readonly #keys: readonly Uint8Array[];
  readonly #weightKey: Uint8Array | undefined;
  readonly #from: Int32Array;
  /** -1 when the span does not have the attribute. */
  readonly #to: Int32Array;
  #bytes: Uint8Array = new Uint8Array(0);

  /** `weightKey` is '' for none. */
  constructor(wanted: readonly string[], weightKey: string) {
    this.#keys = wanted.map((key) => encoder.encode(key));
    this.#weightKey = weightKey === '' ? undefined : encoder.encode(weightKey);
    this.#from = new Int32Array(wanted.length);
    this.#to = new Int32Array(wanted.length).fill(-1);
  }

  /** Whether the attributes of spans have to be looked at; `missing`: those that are looked for. */
  isWanted(missing: readonly number[]): boolean {
    return missing.length > 0 || this.#weightKey !== undefined;
  }

  /** Of equal keys the first counts. */
  read(cursor: SpanCursor, missing: readonly number[]): void {
    this.#to.fill(-1);
    this.weight = undefined;
    const { attributeKey, attributeValue } = cursor;
    this.#bytes = attributeValue.bytes;
    while (cursor.nextAttribute()) {
      for (const i of missing) {
        if ((this.#to[i] as number) >= 0 || !attributeKey.equals(this.#keys[i] as Uint8Array)) {
          continue;
        }
        this.#from[i] = attributeValue.from;
        this.#to[i] = attributeValue.to;
      }
      if (this.#weightKey && attributeKey.equals(this.#weightKey)) {
        this.weight ??= attributeText(attributeValue.text);
      }
    }
  }

  /** An attribute that is not there hashes as an empty one: both make no label. */
  hashInto(hash: Hash64, missing: readonly number[]): void {
    for (const i of missing) {
      const to = this.#to[i] as number;
      const from = to < 0 ? 0 : (this.#from[i] as number);
      hash.update(this.#bytes, from, Math.max(to, 0), hash.low, hash.high);
    }
  }

  /** The stored attribute; '' when it is not there, or was not looked for. */
  textOf(i: number): string {
    const to = this.#to[i] as number;
    return to < 0 ? '' : decoder.decode(this.#bytes.subarray(this.#from[i], to));
  }
}
