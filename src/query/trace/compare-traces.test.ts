import { describe, expect, it } from 'vitest';
import { type ComparedSpan, compareTraces } from './compare-traces.ts';

const span = (
  id: string,
  parentId: string,
  name: string,
  start: number,
  end: number,
  isError = false,
): ComparedSpan => ({
  id,
  parentId,
  name,
  start,
  end,
  isError,
  serviceName: 'shop',
  kind: 'internal',
});

describe('compareTraces', () => {
  const left = [
    span('1', '', 'checkout', 0, 100),
    span('2', '1', 'price', 10, 20),
    span('3', '1', 'price', 20, 35),
    span('4', '1', 'pay', 40, 90),
  ];
  const right = [
    span('x', '', 'checkout', 0, 300),
    span('y', 'x', 'pay', 50, 280, true),
    span('z', 'y', 'retry', 100, 200),
  ];
  const lines = compareTraces(left, right);

  it('one line per call, with what each trace has', () => {
    const shown = lines.map(({ depth, name, left: a, right: b }) => [
      ' '.repeat(depth) + name,
      a?.count ?? 0,
      a?.duration ?? 0,
      b?.count ?? 0,
      b?.duration ?? 0,
    ]);
    expect(shown).toEqual([
      ['checkout', 1, 100, 1, 300],
      [' price', 2, 25, 0, 0],
      [' pay', 1, 50, 1, 230],
      ['  retry', 0, 0, 1, 100],
    ]);
  });

  it('errors, self time and time on the critical path', () => {
    const pay = lines.find(({ name }) => name === 'pay');
    expect(pay?.right).toEqual({ count: 1, errors: 1, duration: 230, self: 130, critical: 130 });
    expect(pay?.left).toMatchObject({ errors: 0, self: 50, critical: 50 });
  });

  it('with itself nothing differs', () => {
    for (const line of compareTraces(left, left)) expect(line.left).toEqual(line.right);
  });

  it('nothing beside nothing', () => {
    expect(compareTraces([], [])).toEqual([]);
  });
});
