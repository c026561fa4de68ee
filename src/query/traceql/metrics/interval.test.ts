import { describe, expect, it } from 'vitest';
import {
  defaultStep,
  instantInterval,
  intervalOf,
  intervalsBetween,
  rangeIntervals,
  timeOf,
} from './interval.ts';

const second = 1_000_000_000n;

describe('defaultStep', () => {
  const steps = (seconds: number, ms: number) =>
    it(`${seconds} s: ${ms} ms`, () =>
      expect(defaultStep(BigInt(seconds) * second)).toBe(BigInt(ms) * 1_000_000n));
  steps(1, 50);
  steps(20, 50);
  steps(30, 100);
  steps(61, 1_000);
  steps(2_400, 10_000);
  steps(4_000, 15_000);
  steps(100_000, 300_000);
  steps(1_000_000, 3_600_000);
});

describe('intervalOf', () => {
  const range = intervalsBetween({ fromNano: 100n, toNano: 200n, stepNano: 20n });
  const lies = (time: bigint, interval: number | undefined) =>
    it(`${time}: ${interval}`, () => expect(intervalOf(time, range)).toBe(interval));
  lies(99n, undefined);
  lies(100n, undefined);
  lies(101n, 0);
  lies(120n, 0);
  lies(121n, 1);
  lies(200n, 4);
  lies(201n, undefined);

  it('has the borders of an instant query', () => {
    const instant = instantInterval(100n, 200n);
    const times = [99n, 100n, 150n, 200n, 201n].map((time) => intervalOf(time, instant));
    expect(times).toEqual([undefined, 0, 0, 0, undefined]);
    expect(timeOf(0, instant)).toBe(200n);
  });
});

describe('rangeIntervals', () => {
  it('moves the borders outwards and begins a step early', () => {
    const range = rangeIntervals({ fromNano: 107n, toNano: 191n, stepNano: 20n });
    expect(range.count).toBe(6);
    expect([0, 5].map((at) => timeOf(at, range))).toEqual([100n, 200n]);
    expect([range.firstNano, range.endNano]).toEqual([81n, 201n]);
  });

  it('has no step before the beginning of time', () => {
    const range = rangeIntervals({ fromNano: 5n, toNano: 40n, stepNano: 20n });
    expect([range.firstNano, range.count]).toEqual([1n, 2]);
  });
});
