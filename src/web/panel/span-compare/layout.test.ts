import { describe, expect, it } from 'vitest';
import type { ComparedValue } from '../../data/span-compare.ts';
import { layoutComparison } from './layout.ts';

const value = (text: string, selection: number, baseline: number): ComparedValue => ({
  type: 'string',
  value: text,
  selection,
  baseline,
  selectionShare: selection / 100,
  baselineShare: baseline / 1000,
});

const sets = { selection: 100, baseline: 1000 };

describe('layoutComparison', () => {
  const scene = layoutComparison(
    {
      ...sets,
      attributes: [
        { attribute: 'status', score: 1, values: [value('error', 100, 0)] },
        { attribute: 'name', score: 0.5, values: [value('a', 50, 0), value('b', 50, 1000)] },
        { attribute: 'span.rare', score: 0.09, values: [value('x', 0, 90)] },
        { attribute: 'kind', score: 0.001, values: [value('server', 100, 999)] },
      ],
    },
    '{ status = error }',
  );

  it('counts the spans of both sets', () =>
    expect([scene.selection, scene.baseline]).toEqual([100, 1000]));

  it('leaves out what tells next to nothing, or is selected by', () =>
    expect(scene.attributes.map(({ attribute }) => attribute)).toEqual(['name', 'span.rare']));

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
      (text, index) => value(text, index * 10, 10 - index * 10),
    );
    const compared = { ...sets, attributes: [{ attribute: 'a', score: 1, values }] };
    const [block] = layoutComparison(compared, '{}').attributes;
    expect(block?.lines.map(({ text }) => text)).toEqual(['…/1', '…/22']);
  });

  it('of nothing makes nothing', () => {
    const nothing = { selection: 0, baseline: 0, attributes: [] };
    expect(layoutComparison(nothing, '{}')).toEqual(nothing);
  });
});
