// Columns of a block by name, in the shapes that reads of metrics expect.
import { BugError } from '#lib/errors.ts';
import type { Labels } from '#query/vector/value.ts';
import type { Block, BlockColumn } from '#store/contract.ts';

export function blockColumn(block: Block, name: string): BlockColumn {
  const column = block.columns[block.names.indexOf(name)];
  if (!column) throw new BugError(`BUG: the answer has no column ${name}`);
  return column;
}

export const textColumn = (block: Block, name: string): readonly string[] =>
  blockColumn(block, name) as readonly string[];

export const idColumn = (block: Block, name: string): BigUint64Array =>
  blockColumn(block, name) as BigUint64Array;

export const byteColumn = (block: Block, name: string): Uint8Array =>
  blockColumn(block, name) as Uint8Array;

/** Row i is values[offsets[i - 1] … offsets[i]]. */
export interface ArrayBlock<Values> {
  readonly offsets: Uint32Array;
  readonly values: Values;
}

export const arrayColumn = <Values>(block: Block, name: string): ArrayBlock<Values> =>
  blockColumn(block, name) as unknown as ArrayBlock<Values>;

export interface NullableFloats {
  readonly nulls: Uint8Array;
  readonly values: Float64Array;
}

interface MapBlock {
  readonly offsets: Uint32Array;
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** A reader of the labels of row i; they are stored sorted by name. `first` goes in front. */
export function labelReader(block: Block, name: string): (row: number, first?: Labels) => Labels {
  const { offsets, keys, values } = blockColumn(block, name) as unknown as MapBlock;
  return (row, first = {}) => {
    const labels: Record<string, string> = { ...first };
    const to = offsets[row] as number;
    for (let i = row === 0 ? 0 : (offsets[row - 1] as number); i < to; i++) {
      const key = keys[i] as string;
      if (values[i] === '') continue;
      if (key === '__proto__') {
        Object.defineProperty(labels, key, {
          value: values[i],
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else labels[key] = values[i] as string;
    }
    return labels;
  };
}

/** Signed 64-bit milliseconds as numbers, without a bigint per sample. */
export function millisecondsOf(
  times: BigInt64Array,
  from: number,
  to: number,
  target: Float64Array,
  targetAt: number,
): void {
  const words = new Int32Array(times.buffer, times.byteOffset, times.length * 2);
  for (let i = from; i < to; i++) {
    const low = (words[i * 2] as number) >>> 0;
    target[targetAt + i - from] = (words[i * 2 + 1] as number) * 4_294_967_296 + low;
  }
}
