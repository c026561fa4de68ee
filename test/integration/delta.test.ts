// Delta sums and histograms, sent in turn to two Sightline processes on one store, give the rate
// that the same numbers give as cumulative ones; also after both are started again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { startTestCluster, type TestCluster } from '../lib/cluster.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';

let cluster: TestCluster;
let pair: Sightline[];

const startPair = () =>
  Promise.all([0, 1].map(() => startSightline({ storage: cluster.storageUrl })));

beforeAll(async () => {
  cluster = await startTestCluster();
  // One after the other: the second finds the schema that the first has made.
  pair = [await startSightline({ storage: cluster.storageUrl })];
  pair.push(await startSightline({ storage: cluster.storageUrl }));
});
afterAll(async () => {
  await Promise.all(pair.map((sightline) => sightline.stop()));
  await cluster.stop();
});

const stepMs = 10_000;
const steps = 30;
const endMs = Math.floor(Date.now() / stepMs) * stepMs;
const timeOf = (step: number): string => `${endMs - (steps - step) * stepMs}000000`;
const growth = (step: number): number => 1 + ((step * 7) % 5);

async function sendStep(
  sightline: Sightline,
  step: number,
  totals: { sum: number },
): Promise<void> {
  const grown = growth(step);
  totals.sum += grown;
  const times = { startTimeUnixNano: timeOf(step - 1), timeUnixNano: timeOf(step) };
  const sum = (name: string, aggregationTemporality: number, value: number) => ({
    name,
    sum: { aggregationTemporality, isMonotonic: true, dataPoints: [{ ...times, asDouble: value }] },
  });
  const histogram = (name: string, aggregationTemporality: number, value: number) => {
    const counts = { count: String(2 * value), sum: value * 0.75, explicitBounds: [0.5] };
    const bucketCounts = [String(value), String(value)];
    const dataPoints = [{ ...times, ...counts, bucketCounts }];
    return { name, unit: 's', histogram: { aggregationTemporality, dataPoints } };
  };
  const metrics = [
    sum('delta.work', 1, grown),
    sum('running.work', 2, totals.sum),
    histogram('delta.time', 1, grown),
    histogram('running.time', 2, totals.sum),
  ];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'worker' } }] };
  const url = `http://127.0.0.1:${sightline.ports.otlpHttp}`;
  const body = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
  expect((await sendOtlpJson(url, 'metrics', body)).status).toBe(200);
}

async function expectEqualRates(sightline: Sightline): Promise<void> {
  const rangeOf = async (query: string) => {
    const answer = await sightline.query.promql.range(query, {
      start: endMs - 200_000,
      end: endMs,
      stepMs,
    });
    if (answer.resultType !== 'matrix') throw new Error(`not a matrix: ${answer.resultType}`);
    return answer.result[0]?.values.map(([time, value]) => [time, Number(value).toFixed(9)]);
  };
  const same = async (delta: string) => {
    const values = await rangeOf(delta);
    expect(values?.length).toBe(21);
    expect(values).toEqual(await rangeOf(delta.replace('delta_', 'running_')));
  };
  await same('rate(delta_work_total[1m])');
  await same('sum(increase(delta_work_total[2m]))');
  await same('delta_work_total');
  await same('rate(delta_time_seconds_count[1m])');
  await same('histogram_quantile(0.5, rate(delta_time_seconds_bucket[1m]))');
  await same('rate(delta_time_seconds_sum[1m])');
}

it('gives the rate of the cumulative form, from either process, and after a restart', async () => {
  const totals = { sum: 0 };
  for (let step = 1; step <= steps; step++) {
    await sendStep(pair[step % 2] as Sightline, step, totals);
  }
  await Promise.all(pair.map((sightline) => sightline.flush()));
  for (const sightline of pair) await expectEqualRates(sightline);
  await Promise.all(pair.map((sightline) => sightline.stop()));
  pair = await startPair();
  for (const sightline of pair) await expectEqualRates(sightline);
});
