import { describe, expect, it } from 'vitest';
import { formatGoDuration } from './go-duration.ts';

describe('formatGoDuration', () => {
  const prints = (nano: number, text: string) =>
    it(text, () => expect(formatGoDuration(nano)).toBe(text));
  prints(0, '0s');
  prints(999, '999ns');
  prints(723_139, '723.139µs');
  prints(281_142_663, '281.142663ms');
  prints(4_159_680_000, '4.15968s');
  prints(60e9, '1m0s');
  prints(3_661_500_000_000, '1h1m1.5s');
  prints(-1_500_000, '-1.5ms');
});
