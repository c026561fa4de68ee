import { describe, expect, it } from 'vitest';
import type { ComparedValue } from '../../data/span-compare.ts';
import { layoutComparison } from './layout.ts';

const value = (text: string, counts: readonly [number, number], of: readonly [number, number]) =>
  ({
    type: 'string',
    value: text,
    selection: counts[0],
    baseline: counts[1],
    selectionShare: of[0] === 0 ? 0 : counts[0] / of[0],
    baselineShare: of[1] === 0 ? 0 : counts[1] / of[1],
  }) satisfies ComparedValue;

describe('layoutComparison', () => {
  const scene = layoutComparison(
    [
      { attribute: 'span.rare', score: 1, values: [value('x', [0, 90], [0, 90])] },
      {
        attribute: 'name',
        score: 0.5,
        values: [value('a', [50, 0], [100, 1000]), value('b', [50, 1000], [100, 1000])],
      },
      { attribute: 'status', score: 1, values: [value('error', [100, 0], [100, 1000])] },
      { attribute: 'kind', score: 0.001, values: [value('server', [100, 999], [100, 1000])] },
    ],
    '{ status = error }',
  );

  it('counts the spans of both sets', () =>
    expect([scene.selection, scene.baseline]).toEqual([100, 1000]));

  it('puts first what tells more spans apart, and leaves out what tells none or is selected by', () =>
    expect(scene.attributes.map(({ attribute, score }) => [attribute, score])).toEqual([
      ['name', 0.5],
      ['span.rare', 0.09],
    ]));

  it('says shares of all spans of a set', () =>
    expect(
      scene.attributes.flatMap(({ lines }) =>
        lines.map(({ text, selectionText, baselineText }) => [text, selectionText, baselineText]),
      ),
    ).toEqual([
      ['a', '50 %', '–'],
      ['b', '50 %', '100 %'],
      ['x', '–', '9 %'],
    ]));

  it('tells long values apart by their ends', () => {
    const values = ['http://stock.example/items/1', 'http://stock.example/items/22'].map(
      (text, index) => value(text, [index * 10, 10 - index * 10], [10, 10]),
    );
    const [block] = layoutComparison([{ attribute: 'a', score: 1, values }], '{}').attributes;
    expect(block?.lines.map(({ text }) => text)).toEqual(['…/1', '…/22']);
  });

  it('of nothing makes nothing', () =>
    expect(layoutComparison([], '{}')).toEqual({ selection: 0, baseline: 0, attributes: [] }));
});
