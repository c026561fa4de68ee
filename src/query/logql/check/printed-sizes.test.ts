import { expect, it } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { withPrintedSizes } from './printed-sizes.ts';

/** The sizes of a query, in its order. */
function sizesOf(query: string): number[] {
  const sizes: number[] = [];
  JSON.stringify(withPrintedSizes(parse(query)), (_, value) => {
    if (value?.unit === 'bytes') sizes.push(value.value);
    return typeof value === 'bigint' ? String(value) : value;
  });
  return sizes;
}

it('prints sizes as Loki does', () => {
  const sizeOf = (size: string): number | undefined => sizesOf(`{a="b"} | logfmt | s > ${size}`)[0];
  expect(sizeOf('1GiB')).toBe(1_100_000_000);
  expect(sizeOf('300MiB')).toBe(315_000_000);
  expect(sizeOf('5KiB')).toBe(5100);
  expect(sizeOf('50B')).toBe(50);
  expect(sizeOf('9B')).toBe(9);
  expect(sizeOf('3MB')).toBe(3_000_000);
});

it('finds them anywhere', () => {
  const rate = 'rate({a="b"} | json | (x="y" or s > 1GiB) [1m])';
  expect(sizesOf(`sum(${rate}) / 2 + label_replace(${rate}, "a", "b", "c", "d")`)).toEqual([
    1.1e9, 1.1e9,
  ]);
});
