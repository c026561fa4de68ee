// Queries made at random from a fixed seed, asked of ours and of a real Prometheus over the same samples.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInstance } from '#cli/conformance.ts';
import { inParallel, request } from '#conformance/http.ts';
import { writeRequest } from '#conformance/remote-write.ts';
import type { RunningTarget } from '#conformance/target.ts';
import { RandomQueries } from '../lib/random-query.ts';
import { type Answer, PrometheusClient } from '../lib/real-client.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealPrometheus, startPrometheus } from '../lib/real-prometheus.ts';
import { difference } from '../lib/same-answers.ts';
import { variedEndMs, variedSeries } from '../lib/varied-series.ts';

const epochMs = Date.UTC(2026, 10, 1);
const seed = 11;
const count = 500;
const steps = [60, 97.5, 15, 300];

/** Prometheus 3.5 drops names before it compares labels, and does not tell of resets in sums. */
const isNewer = (ours: Answer, theirs: Answer): boolean =>
  (ours.status === 'success' && (theirs.error ?? '').includes('the same labelset')) ||
  (ours.warnings ?? []).some((text) => text.includes('conflicting counter resets'));

describeReal('random queries', () => {
  let ours: RunningTarget;
  let theirs: RealPrometheus;
  beforeAll(async () => {
    const features = 'promql-experimental-functions,native-histograms,exemplar-storage';
    const args = [`--enable-feature=${features}`, '--storage.tsdb.retention.time=10y'];
    [ours, theirs] = await Promise.all([startInstance('default'), startPrometheus({ args })]);
    for (const body of variedSeries(epochMs)) {
      for (const base of [ours.target.prometheus, theirs.url]) {
        const { status, body: text } = await request(base, await writeRequest(body));
        expect(status, text.toString()).toBeLessThan(300);
      }
    }
  });
  afterAll(() => Promise.all([ours?.stop(), theirs?.stop()]));

  test(`${count} queries of seed ${seed}`, async () => {
    const random = new RandomQueries(seed);
    const queries = Array.from({ length: count }, () => random.next());
    const clients = [ours.target.prometheus, theirs.url].map((url) => new PrometheusClient(url));
    const startSeconds = epochMs / 1000 + 300;
    const found = await inParallel(queries, 3, async (query, i) => {
      const range = {
        start: startSeconds,
        end: (epochMs + variedEndMs) / 1000 - 80 + (i % 200),
        step: steps[(i >> 1) % steps.length] as number,
      };
      const when = i % 2 === 0 ? startSeconds + ((i * 37) % 2100) : range;
      const [our, their] = await Promise.all(clients.map((client) => client.ask(query, when)));
      if (!our || !their || isNewer(our, their)) return [];
      // Only sort() has an order that does not depend on the storage.
      const wrong = difference(query.startsWith('sort') ? query : '', our, their);
      return wrong === undefined ? [] : [`${query}: ${wrong}`];
    });
    expect(found.flat()).toEqual([]);
  });
});
