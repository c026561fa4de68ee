import { describe, expect, it } from 'vitest';
import { parseByteSize } from './literal.ts';
import { plain, quote, spellBytes, spellGoDuration, spellNumber } from './spelling.ts';

const column = <Input>(name: string, run: (input: Input) => string, cases: [Input, string][]) =>
  describe(name, () => {
    for (const [input, text] of cases) {
      it(`${String(input)} → ${text}`, () => expect(run(input)).toBe(text));
    }
  });

column('numbers', spellNumber, [
  [7, '7'],
  [-0.5, '-0.5'],
  [1e-4, '0.0001'],
  [1e-5, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [1e20, '100000000000000000000'],
  [1e21, '1e+21'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
]);

column('values', plain, [
  [1e21, '1000000000000000000000'],
  [1.25e22, '12500000000000000000000'],
  [-1e-7, '-0.0000001'],
  [1.5e-7, '0.00000015'],
  [0.1, '0.1'],
]);

column('durations', spellGoDuration, [
  [0n, '0s'],
  [1n, '1ns'],
  [1500n, '1.5µs'],
  [250_000_000n, '250ms'],
  [1_500_000_000n, '1.5s'],
  [90_000_000_000n, '1m30s'],
  [-3_600_000_000_000n, '-1h0m0s'],
  [5_184_000_000_000_000n, '1440h0m0s'],
]);

column('sizes', spellBytes, [
  [0, '0B'],
  [42, '42B'],
  [999, '999B'],
  [1000, '1.0kB'],
  [5120, '5.1kB'],
  [20e6, '20MB'],
  [10e9, '10GB'],
]);

it('a size that is spelled can be read', () => {
  for (const bytes of [1, 42, 1000, 42e6]) expect(parseByteSize(spellBytes(bytes))).toBe(bytes);
});

column('quoted', quote, [
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['\n\t\x07\x01\x7f', '"\\n\\t\\a\\x01\\x7f"'],
  ['ü 日 👌', '"ü 日 👌"'],
  ['\u00a0\u2028\u{e0001}', '"\\u00a0\\u2028\\U000e0001"'],
]);
