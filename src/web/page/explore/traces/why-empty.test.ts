import { describe, expect, it } from 'vitest';
import { type EmptyFacts, whyEmpty } from './why-empty.ts';

const steps = {
  lastDay: { label: 'day' },
  lastWeek: { label: 'week' },
  everything: { label: 'all' },
};

describe('whyEmpty', () => {
  const ok = (reason: string, facts: EmptyFacts, title: RegExp, ...labels: string[]) =>
    it(reason, () => {
      const note = whyEmpty(facts, steps);
      expect(note.title).toMatch(title);
      expect((note.steps ?? []).map(({ label }) => label)).toEqual(labels);
    });
  ok('the search', { anyInRange: true, anyInWeek: true }, /matches the search/, 'all', 'day');
  ok('another time', { anyInRange: false, anyInWeek: true }, /this time range/, 'day', 'week');
  ok('nothing was ever sent', { anyInRange: false, anyInWeek: false }, /no traces yet/);
});
