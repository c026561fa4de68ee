import { describe, expect, it } from 'vitest';
import { analyseTimes } from './critical-path.ts';
import { buildSpanTree, type TreeSpan } from './span-tree.ts';

/** `id parent start end`, ids of one letter; `-` is no parent. */
const spansOf = (...lines: string[]): TreeSpan[] =>
  lines.map((line) => {
    const [id = '', parent = '', start, end] = line.split(' ');
    return { id, parentId: parent === '-' ? '' : parent, start: Number(start), end: Number(end) };
  });

const analysed = (spans: TreeSpan[]) => {
  const { path, self } = analyseTimes(buildSpanTree(spans));
  return {
    path: path.map(({ index, start, end }) => `${spans[index]?.id} ${start}-${end}`),
    self: [...self],
  };
};

describe('analyseTimes', () => {
  it('one span is its own path', () => {
    expect(analysed(spansOf('a - 0 10'))).toEqual({ path: ['a 0-10'], self: [10] });
  });

  it('one child after the other', () => {
    const spans = spansOf('a - 0 10', 'b a 1 4', 'c a 5 9');
    expect(analysed(spans)).toEqual({
      path: ['a 0-1', 'b 1-4', 'a 4-5', 'c 5-9', 'a 9-10'],
      self: [3, 3, 4],
    });
  });

  it('of children side by side the one that ends last', () => {
    const spans = spansOf('a - 0 10', 'b a 1 9', 'c a 2 5', 'd c 3 4');
    expect(analysed(spans)).toEqual({ path: ['a 0-1', 'b 1-9', 'a 9-10'], self: [2, 8, 2, 1] });
  });

  it('a child that overlaps the next is not on the path', () => {
    const spans = spansOf('a - 0 10', 'b a 0 6', 'c a 5 10', 'd a 1 4');
    expect(analysed(spans).path).toEqual(['a 0-1', 'd 1-4', 'a 4-5', 'c 5-10']);
  });

  it('an overlap that rounding to milliseconds makes is none', () => {
    const spans = spansOf('a - 0 90e6', 'b a 1e6 50.4e6', 'c a 50e6 80e6', 'd a 79e6 80.1e6');
    expect(analysed(spans).path).toEqual([
      'a 0-1000000',
      'b 1000000-50000000',
      'c 50000000-79000000',
      'd 79000000-80100000',
      'a 80100000-90000000',
    ]);
  });

  it('what outlives its parent counts up to the end of the parent', () => {
    const spans = spansOf('a - 0 10', 'b a 8 30', 'c b 9 29');
    expect(analysed(spans)).toEqual({ path: ['a 0-8', 'b 8-9', 'c 9-10'], self: [8, 2, 20] });
  });

  it('a child before its parent is left out', () => {
    expect(analysed(spansOf('a - 5 10', 'b a 0 4')).path).toEqual(['a 5-10']);
  });

  it('several tops, with a gap between them', () => {
    expect(analysed(spansOf('a - 0 3', 'b - 5 9', 'c x 1 2')).path).toEqual(['a 0-3', 'b 5-9']);
  });

  it('an end before its start takes no time', () => {
    expect(analysed(spansOf('a - 0 10', 'b a 5 4'))).toEqual({ path: ['a 0-10'], self: [10, 0] });
  });

  it('no span, no path', () => {
    expect(analysed([])).toEqual({ path: [], self: [] });
  });

  it('the pieces fill the root without overlap, whatever the children', () => {
    let seed = 7;
    const random = (max: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % max;
    };
    for (let round = 0; round < 200; round++) {
      const spans: TreeSpan[] = [{ id: '0', parentId: '', start: 0, end: 1000 }];
      for (let i = 1; i < 40; i++) {
        const start = random(1000);
        spans.push({ id: `${i}`, parentId: `${random(i)}`, start, end: start + random(400) });
      }
      const { path } = analyseTimes(buildSpanTree(spans));
      let reached = 0;
      for (const { start, end } of path) {
        expect(start).toBe(reached);
        reached = end;
      }
      expect(reached).toBe(1000);
    }
  });
});
