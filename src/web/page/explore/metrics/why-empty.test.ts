import { describe, expect, it } from 'vitest';
import { type EmptyFacts, whyEmpty } from './why-empty.ts';

const steps = {
  lastDay: { label: 'last day' },
  withoutMatchers: { label: 'without' },
  longerWindow: { label: 'window' },
  ask: (label: string) => ({ label }),
};
const names = ['http_requests_total', 'up', 'http_server_duration_seconds_bucket'];
const facts = (some: Partial<EmptyFacts>): EmptyFacts => ({
  metric: 'up',
  namesInRange: names,
  namesEver: names,
  hasMatchers: false,
  hasWindow: false,
  ...some,
});

describe('whyEmpty', () => {
  const ok = (reason: string, some: Partial<EmptyFacts>, title: RegExp, ...labels: string[]) =>
    it(reason, () => {
      const note = whyEmpty(facts(some), steps);
      expect(note.title).toMatch(title);
      expect((note.steps ?? []).map(({ label }) => label)).toEqual(labels);
    });
  ok('nothing was ever sent', { namesEver: [], namesInRange: [] }, /no metrics yet/);
  ok(
    'a wrong name',
    { metric: 'http_request_total' },
    /no metric named/,
    'http_requests_total',
    'http_server_duration_seconds_bucket',
  );
  ok('another time', { namesInRange: [] }, /no samples in this time range/, 'last day');
  ok('labels', { hasMatchers: true }, /labels in braces/, 'without');
  ok('something else', {}, /gives no series/, 'last day');
  ok('a short window', { hasWindow: true }, /gives no series/, 'window', 'last day');
});
