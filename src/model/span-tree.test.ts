import { describe, expect, it } from 'vitest';
import { analyseTimes } from './critical-path.ts';
import { buildSpanTree, type TreeSpan } from './span-tree.ts';

const span = (id: string, parentId: string, start = 0, end = start + 1): TreeSpan => ({
  id,
  parentId,
  start,
  end,
});

describe('buildSpanTree', () => {
  it('children by start under their parents', () => {
    const tree = buildSpanTree([
      span('b', 'a', 5),
      span('a', ''),
      span('c', 'a', 2),
      span('d', 'c'),
    ]);
    expect([...tree.parents]).toEqual([1, -1, 1, 2]);
    expect([...tree.order]).toEqual([1, 2, 3, 0]);
    expect([...tree.depths]).toEqual([1, 0, 1, 2]);
    expect(tree.orphans.size).toBe(0);
  });

  it('a parent that never came makes a top', () => {
    const tree = buildSpanTree([span('a', ''), span('b', 'lost')]);
    expect(tree.tops).toEqual([0, 1]);
    expect([...tree.orphans]).toEqual([1]);
  });

  it('cycles are cut where they start first; its own parent is none', () => {
    const tree = buildSpanTree([
      span('a', 'c', 3),
      span('b', 'a', 1),
      span('c', 'b', 2),
      span('d', 'd', 0),
      span('e', 'a', 9),
    ]);
    expect([...tree.parents]).toEqual([2, -1, 1, -1, 0]);
    expect([...tree.orphans].sort()).toEqual([1, 3]);
  });

  it('the same id twice: both stay, the first is the parent', () => {
    const tree = buildSpanTree([
      span('a', '', 0),
      span('b', 'a', 1),
      span('b', 'a', 2),
      span('c', 'b', 3),
    ]);
    expect([...tree.parents]).toEqual([-1, 0, 0, 1]);
    expect(tree.order).toHaveLength(4);
  });

  it('a chain and a fan of 100,000', () => {
    const count = 100_000;
    const chain = Array.from({ length: count }, (_, i) =>
      span(`${i}`, i === 0 ? '' : `${i - 1}`, i, 2 * count - i),
    );
    const fan = Array.from({ length: count }, (_, i) => span(`${i}`, i === 0 ? '' : '0', i, i + 1));
    expect(buildSpanTree(chain).depths[count - 1]).toBe(count - 1);
    expect(buildSpanTree(fan).children[0]).toHaveLength(count - 1);
    for (const spans of [chain, fan])
      expect(analyseTimes(buildSpanTree(spans)).self).toHaveLength(count);
  });
});
