import { describe, expect, it } from 'vitest';
import type { WalkRow } from './compile/tags.ts';
import { parse } from './syntax/parse.ts';
import { isUnscoped, valuesListed } from './tempo-values.ts';

/** `a1:x` is a span x of trace a and resource 1; in capitals one whose resource fits; `-` fits not itself. */
const rowsOf = (text: string): WalkRow[] =>
  text.split(' ').map((span) => {
    const [place = '', name = ''] = span.split(':');
    return {
      trace_id: Buffer.from(place.slice(0, 1).toLowerCase()),
      scope_id: BigInt(place.slice(1)),
      fits: name.startsWith('-') ? 0 : 1,
      fits_above: /^[A-Z]/.test(place) ? 1 : 0,
      text: name,
    };
  });

describe('valuesListed', () => {
  const lists = (rows: string, ...expected: string[]) =>
    it(rows, () => expect(valuesListed(rowsOf(rows), 'scope')).toEqual(expected));
  lists('A1:x A1:y A1:x', 'x', 'y');
  // What is looked at first, and after a resource that fits, does not come again.
  lists('a1:x A2:x A2:y', 'y');
  lists('A1:x b1:y b1:z B2:y B2:z', 'x', 'z');
  lists('A1:x b1:y B2:z b3:z C1:y', 'x', 'z');
  // Nor what is looked at where no span of the resource fits.
  lists('A1:x b1:- B2:- b3:y b4:z C1:y C1:z', 'x', 'z');
  lists('A1:x B1:y C1:z', 'x', 'y', 'z');
  lists('a1:x b1:y');

  it('of whole traces', () => {
    const rows = rowsOf('A1:x A2:y b1:z C1:z C2:w');
    expect(valuesListed(rows, 'trace')).toEqual(['x', 'y', 'w']);
  });
});

describe('isUnscoped', () => {
  const unscoped = (query: string, expected: boolean) =>
    it(query, () => {
      const { root } = parse(query);
      const [filter] = root.kind === 'pipeline' ? root.stages : [root];
      if (filter?.kind !== 'filter' || !filter.condition) throw new Error('no condition');
      expect(isUnscoped(filter.condition)).toBe(expected);
    });
  unscoped('{ span.a = 1 && name = "x" }', false);
  unscoped('{ span.a = 1 && !(.b != nil) }', true);
});
