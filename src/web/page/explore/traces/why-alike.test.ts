import { describe, expect, it } from 'vitest';
import type { ComparisonScene } from '../../../panel/span-compare/layout.ts';
import { whyNothingDiffers } from './why-alike.ts';

describe('whyNothingDiffers', () => {
  const says = (some: Partial<ComparisonScene>, title: string | undefined) =>
    it(`${JSON.stringify(some)}: ${title}`, () => {
      const scene = { selection: 0, baseline: 0, attributes: [], ...some };
      expect(whyNothingDiffers(scene, () => {})?.title).toBe(title);
    });
  says({}, 'There is nothing to compare.');
  says({ baseline: 2 }, 'No span fits the selection.');
  says({ selection: 2 }, 'There are no other spans to compare with.');
  says({ selection: 2, baseline: 2 }, 'Nothing tells these spans from the others.');
  const attributes = [{ attribute: 'name', score: 1, lines: [] }];
  says({ selection: 2, baseline: 2, attributes }, undefined);
});
