import { expect, it } from 'vitest';
import { HalfNodes } from './half-node.ts';
import { defaultServiceGraphSettings } from './settings.ts';

it('takes resources that say the same of an edge for one', () => {
  const nodes = new HalfNodes({ ...defaultServiceGraphSettings, dimensions: ['zone'] });
  const resourceOf = (attributes: Record<string, string>, tenant = '') =>
    nodes.resource(tenant, new Map(Object.entries(attributes)));
  const pod = (pod: string, zone = 'a') => ({ 'service.name': 'shop', pod, zone });
  const one = resourceOf(pod('1'));
  expect(resourceOf(pod('2'))).toBe(one);
  const others = [resourceOf(pod('1', 'b')), resourceOf(pod('1'), 'team'), resourceOf({})];
  const numbers = [one, ...others].map(({ number }) => number);
  expect(new Set(numbers).size).toBe(4);
  for (let i = 0; i < 10_000; i++) resourceOf(pod('1', `z${i}`));
  expect(numbers).not.toContain(resourceOf(pod('3')).number);
});
