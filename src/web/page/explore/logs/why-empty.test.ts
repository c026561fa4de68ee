import { describe, expect, it } from 'vitest';
import { type EmptyFacts, whyEmpty } from './why-empty.ts';

const steps = {
  lastWeek: { label: 'week' },
  lastDay: { label: 'day' },
  withoutFilters: { label: 'without' },
  everything: { label: 'all' },
};
const all: EmptyFacts = { anyInRange: true, anyInWeek: true, streamCount: 2, hasFilters: true };

describe('whyEmpty', () => {
  const ok = (reason: string, some: Partial<EmptyFacts>, title: RegExp, ...labels: string[]) =>
    it(reason, () => {
      const note = whyEmpty({ ...all, ...some }, steps);
      expect(note.title).toMatch(title);
      expect((note.steps ?? []).map(({ label }) => label)).toEqual(labels);
    });
  ok('nothing was ever sent', { anyInRange: false, anyInWeek: false }, /no logs yet/);
  ok('another time', { anyInRange: false }, /in this time range/, 'day', 'week');
  ok('labels', { streamCount: 0 }, /No stream/, 'all', 'day');
  ok('filters', {}, /passes the filters/, 'without', 'day');
  ok('no filters', { hasFilters: false }, /no lines here/, 'day');
});
