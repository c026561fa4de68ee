import { describe, expect, it } from 'vitest';
import { parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  const means = (text: string, nano: bigint | undefined) =>
    it(JSON.stringify(text), () => expect(parseTimestamp(text)).toBe(nano));
  means('1793491200', 1_793_491_200_000_000_000n);
  means('1793491200.5', 1_793_491_200_500_000_000n);
  means('1793491200.', 1_793_491_200_000_000_000n);
  means('1793491200000000001', 1_793_491_200_000_000_001n);
  means('2026-11-01T00:00:00Z', 1_793_491_200_000_000_000n);
  means('2026-11-01T01:00:00.000000007+01:00', 1_793_491_200_000_000_007n);
  means('0', 0n);
  means('x', undefined);
  means('', undefined);
  means('-5', undefined);
  means('2026-13-01T00:00:00Z', undefined);
});
