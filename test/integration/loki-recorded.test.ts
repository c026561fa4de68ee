// Answers recorded from a real Loki, asked again of our routes over the same data, where the
// recordings are at hand (../shared). Compared as its README says.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lokiRoutes } from '#api/loki/index.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { PushDown } from '#query/logql/plan/plan.ts';
import { lokiPushRoutes } from '#receiver/loki/push.ts';
import type { Route } from '#server/route.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';

interface Case {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly params: [string, string][];
  readonly headers?: Record<string, string>;
  readonly form?: boolean;
  readonly status: number;
  readonly response?: unknown;
  readonly response_text?: string;
  readonly suspect?: unknown;
  readonly compare?: { ignore?: string[]; text_prefix?: string };
}

const folder = new URL('../../../shared/conformance/recorded/logql/', import.meta.url);
const isThere = existsSync(folder);
/** Topics and how many of their cases pass at least; only ever raised. */
const topics: Readonly<Record<string, number>> = {
  binary: 43,
  borders: 26,
  'categorize-labels': 7,
  'drop-keep': 16,
  invalid: 72,
  'invalid-params': 16,
  'label-filters': 28,
  'label-format': 10,
  labels: 20,
  limits: 14,
  'line-filters': 28,
  'line-format': 8,
  'metric-instant': 53,
  'metric-range': 25,
  parsers: 44,
  selectors: 15,
  series: 9,
  unwrap: 36,
};

let store: TestStore;
const routesBy = new Map<PushDown, Route[]>();

beforeAll(async () => {
  if (!isThere) return;
  store = await startTestStore();
  const clock = createManualClock(Date.UTC(2026, 10, 20));
  const push = lokiPushRoutes({
    consumer: {
      consume: async (batch) => {
        await store.store.writer.write(batch);
        batch.committed?.();
        return { accepted: batch.items, rejected: undefined };
      },
    },
    clock,
    identities: new IdentityCache(),
    meter: createMeter(),
    limits: {
      ageMsMax: undefined,
      futureMsMax: undefined,
      attributeBytesMax: 1 << 20,
      bodyBytesMax: 1 << 26,
    },
  });
  const lines = readFileSync(new URL('dataset.ndjson', folder), 'utf8').trim().split('\n');
  for (let i = 0; i < lines.length; i += 1000) {
    const streams = lines.slice(i, i + 1000).map((text) => {
      const { labels, ts, line, metadata } = JSON.parse(text);
      return { stream: labels, values: [metadata ? [ts, line, metadata] : [ts, line]] };
    });
    const answer = await ask(push, 'POST', '/loki/api/v1/push', {
      body: JSON.stringify({ streams }),
      headers: { 'content-type': 'application/json' },
    });
    if (answer.status !== 204) throw new Error(answer.body);
  }
  for (const pushDown of ['auto', 'never'] as const) {
    const { reader } = store.store;
    const engine = createLogqlEngine({
      reader,
      limits: defaultLogqlLimits,
      pushDown,
      isStrict: true,
    });
    routesBy.set(
      pushDown,
      lokiRoutes({
        engine,
        catalog: createLogCatalog({ reader, isStrict: true }),
        clock,
        isReady: () => true,
      }),
    );
  }
}, 60_000);

afterAll(() => store?.stop());

for (const [topic, passedMin] of Object.entries(topics)) {
  test.skipIf(!isThere)(
    topic,
    async () => {
      const file = readFileSync(new URL(`cases-${topic}.json`, folder), 'utf8');
      const { cases } = JSON.parse(file) as { cases: Case[] };
      const failures: string[] = [];
      let unsupported = 0;
      for (const one of cases) {
        const problem = (await problemOf(one, 'auto')) ?? (await problemOf(one, 'never'));
        if (problem?.includes('supported yet')) unsupported++;
        else if (problem !== undefined) failures.push(`${show(one)}  →  ${problem}`);
      }
      const passed = cases.length - failures.length - unsupported;
      console.log(
        `recorded ${topic}: ${passed}/${cases.length}, unsupported ${unsupported}\n${failures.join('\n')}`,
      );
      expect(passed).toBeGreaterThanOrEqual(passedMin);
    },
    60_000,
  );
}

const show = ({ path, params }: Case): string =>
  `${path.split('/').at(-1)} ${params.map(([name, value]) => (name === 'query' ? value : `${name}=${value}`)).join(' ')}`;

async function problemOf(one: Case, pushDown: PushDown): Promise<string | undefined> {
  const routes = routesBy.get(pushDown) as Route[];
  const { headers = {}, params, method, path } = one;
  const answer = await ask(routes, method, path, { params, headers });
  if (answer.status !== one.status) {
    return `[${pushDown}] status ${answer.status} not ${one.status}: ${answer.body.slice(0, 200)}`;
  }
  if (one.response_text !== undefined) {
    const prefix = one.compare?.text_prefix;
    const isEqual =
      prefix === undefined ? answer.body === one.response_text : answer.body.startsWith(prefix);
    return isEqual ? undefined : `[${pushDown}] text ${answer.body} not ${one.response_text}`;
  }
  const got = comparable(JSON.parse(answer.body));
  const wanted = comparable(one.response);
  if (isClose(got, wanted)) return undefined;
  return `[${pushDown}]\n    got  ${JSON.stringify(got).slice(0, 700)}\n    not  ${JSON.stringify(wanted).slice(0, 700)}`;
}

/** Sets in an order of their own, stats left out, entries of one time in one order. */
function comparable(response: unknown): unknown {
  const { data, ...rest } = response as { data?: unknown };
  if (Array.isArray(data)) return { ...rest, data: data.map(canonical).sort() };
  if (data === undefined) return { ...rest, data: [] };
  const { stats: _, result, ...others } = data as { stats?: unknown; result: unknown };
  if (!Array.isArray(result) || others === undefined) return { ...rest, ...others, result };
  const isScalar = (others as { resultType?: string }).resultType === 'scalar';
  const items = isScalar ? result : result.map(canonical).sort();
  return { ...rest, ...others, result: items };
}

const canonical = (item: unknown): string => {
  if (typeof item !== 'object' || item === null) return String(item);
  const record = item as { stream?: object; metric?: object; values?: [string, string][] };
  const labels = record.stream ?? record.metric;
  if (!labels) return JSON.stringify(Object.entries(item).sort());
  const sorted = JSON.stringify(Object.entries(labels).sort());
  const values = record.values ?? [(item as { value: [number, string] }).value];
  const ordered = record.stream ? sortTies(values as [string, string][]) : values;
  return `${sorted} ${JSON.stringify(ordered, (_, v) => (isPlain(v) ? Object.fromEntries(Object.entries(v).sort()) : v))}`;
};

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sortTies(values: [string, string][]): [string, string][] {
  return values
    .map((value, i) => ({ value, i }))
    .sort((a, b) => (a.value[0] === b.value[0] ? (a.value[1] < b.value[1] ? -1 : 1) : a.i - b.i))
    .map(({ value }) => value);
}

/** Equal, but for the last digits of numbers. */
function isClose(got: unknown, wanted: unknown): boolean {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a === b) return true;
  const number = /-?\d+\.?\d*(?:e[+-]?\d+)?/g;
  if (a.replace(number, '#') !== b.replace(number, '#')) return false;
  const [left, right] = [a.match(number) ?? [], b.match(number) ?? []];
  return left.every((text, i) => {
    const [x, y] = [Number(text), Number(right[i])];
    return x === y || Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
  });
}
