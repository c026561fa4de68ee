import { describe, expect, it } from 'vitest';
import type { CallTotals, ComparedCall } from '../../data/trace-compare.ts';
import { layoutComparison } from './layout.ts';

const totals = (selfMs: number, durationMs = selfMs, count = 1): CallTotals => ({
  count,
  errors: 0,
  durationNano: durationMs * 1e6,
  selfNano: selfMs * 1e6,
  criticalNano: 0,
});

const call = (name: string, left?: CallTotals, right?: CallTotals): ComparedCall => ({
  serviceName: 'shop',
  name,
  kind: 'server',
  depth: 0,
  ...(left ? { left } : {}),
  ...(right ? { right } : {}),
});

describe('layoutComparison', () => {
  const lines = layoutComparison([
    call('steady', totals(100), totals(104)),
    call('slower', totals(10, 50), totals(210, 250)),
    call('faster', totals(60), totals(10)),
    call('gone', totals(20, 40, 2)),
    call('new', undefined, totals(5)),
  ]);

  it('names the change of each call', () =>
    expect(lines.map(({ name, change }) => `${name}: ${change}`)).toEqual([
      'steady: same',
      'slower: slower',
      'faster: faster',
      'gone: only-left',
      'new: only-right',
    ]));

  it('says times, how many calls, and by how much self time changed', () =>
    expect(lines.map(({ left, right, difference }) => [left, right, difference])).toEqual([
      ['100 ms', '104 ms', ''],
      ['50 ms', '250 ms', '+200 ms'],
      ['60 ms', '10 ms', '−50 ms'],
      ['2 × 40 ms', '', '−20 ms'],
      ['', '5 ms', '+5 ms'],
    ]));

  it('weighs by the largest change', () =>
    expect(lines.map(({ weight }) => weight)).toEqual([0, 1, 0.25, 0.1, 0.025]));

  it('of nothing makes nothing', () => expect(layoutComparison([])).toEqual([]));
});
