// Answers that the real Prometheus gave on generated data, where they lie beside the repository: the
// same questions to our API over the same data in memory. The catalogue needs an engine and is not here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import type { MetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import { type Item, parseFloatText } from '#query/promql/notation/series.ts';
import { MemorySource } from '#query/promql/read/memory-source.ts';
import { setLabels } from '#query/vector/label.ts';
import type { HttpRequest, Route } from '#server/route.ts';

const folder = join(import.meta.dirname, '../../../../shared/conformance/recorded/promql');
/** May only rise. */
const passedAtLeast = 1_190;
const t0 = 1_793_491_200_000;

interface Case {
  readonly id: string;
  readonly path: string;
  readonly params?: readonly [string, string][];
  readonly status: number;
  readonly response?: Answer;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

interface Answer {
  readonly status: string;
  readonly errorType?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

function loadDataset(): MemorySource {
  const source = new MemorySource();
  const times = new Map<string, number[]>();
  for (const line of readFileSync(join(folder, 'dataset.ndjson'), 'utf8').trim().split('\n')) {
    const entry = JSON.parse(line);
    if (entry.kind === 'times') times.set(entry.id, entry.t);
    if (entry.kind !== 'series') continue;
    const labels = setLabels({}, Object.entries(entry.labels));
    for (const [i, value] of (entry.v as (number | string | null)[]).entries()) {
      if (value === null) continue;
      source.append(labels, t0 + (times.get(entry.times)?.[i] ?? 0), itemOf(value));
    }
  }
  return source;
}

const itemOf = (value: number | string): Item =>
  value === 'stale' ? { kind: 'stale' } : { kind: 'value', value: parseFloatText(String(value)) };

async function ask(routes: readonly Route[], { path, params = [] }: Case) {
  const route = routes.find((one) => one.path === path);
  if (!route) return undefined;
  const fields = new URLSearchParams(
    params.map(([name, value]): [string, string] => [name, value]),
  );
  const request: HttpRequest = {
    method: 'GET',
    path,
    params: {},
    query: fields,
    headers: {},
    tenant: '',
    signal: new AbortController().signal,
    body: async () => new Uint8Array(),
    form: async () => fields,
  };
  const { status, body = '' } = await route.handle(request);
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body as AsyncIterable<string>) text += piece;
  return { status, answer: JSON.parse(text) as Answer };
}

function difference(wanted: Case, given: { status: number; answer: Answer }): string | undefined {
  const { response } = wanted;
  if (wanted.status !== given.status)
    return `status ${given.status} for ${wanted.status}: ${JSON.stringify(given.answer).slice(0, 200)}`;
  if (response?.errorType !== given.answer.errorType) return `errorType ${given.answer.errorType}`;
  if (!response?.data) return undefined;
  if (typeof response.data === 'string') return undefined;
  const data = given.answer.data;
  if (response.data.resultType !== data?.resultType) return `type ${data?.resultType}`;
  const wrong = compareResult(response.data, data);
  if (wrong) return wrong;
  for (const level of ['warnings', 'infos'] as const) {
    const [want, have] = [response[level] ?? [], given.answer[level] ?? []].map((texts) =>
      [...texts].sort().join('; '),
    );
    if (want !== have) return `${level}: "${have}" for "${want}"`;
  }
  return undefined;
}

function compareResult(want: { resultType: string; result: unknown }, have: { result: unknown }) {
  if (want.resultType === 'scalar' || want.resultType === 'string') {
    const [left, right] = [want.result, have.result] as [[number, string], [number, string]];
    const isSame = want.resultType === 'string' ? left[1] === right[1] : isClose(left[1], right[1]);
    return isSame ? undefined : `${right[1]} for ${left[1]}`;
  }
  const keyOf = ({ metric }: Series): string => JSON.stringify(Object.entries(metric).sort());
  const given = new Map((have.result as Series[]).map((series) => [keyOf(series), series]));
  const wanted = want.result as Series[];
  if (wanted.length !== given.size) return `${given.size} series for ${wanted.length}`;
  for (const series of wanted) {
    const other = given.get(keyOf(series));
    if (!other) return `no ${keyOf(series)}`;
    const left = series.values ?? (series.value ? [series.value] : []);
    const right = other.values ?? (other.value ? [other.value] : []);
    if (left.length !== right.length)
      return `${keyOf(series)}: ${right.length} points for ${left.length}`;
    for (const [i, [time, value]] of left.entries()) {
      const [otherTime, otherValue] = right[i] as readonly [number, string];
      if (time !== otherTime || !isClose(value, otherValue)) {
        return `${keyOf(series)} at ${otherTime}: ${otherValue} for ${value}`;
      }
    }
  }
  return undefined;
}

function isClose(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [parseFloatText(left), parseFloatText(right)];
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

test.skipIf(!existsSync(folder))(
  'recorded answers of Prometheus',
  async () => {
    const source = loadDataset();
    const routes = prometheusRoutes({
      engine: createPromqlEngine({ source, isStrict: true }),
      catalog: {} as MetricCatalog,
      isReady: () => true,
      build: { version: '', nodeVersion: '' },
    });
    let passed = 0;
    let total = 0;
    const lines: string[] = [];
    for (const file of readdirSync(folder).filter((name) => name.startsWith('cases-'))) {
      const { cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { cases?: Case[] };
      for (const one of cases ?? (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case[])) {
        if (!/^\/api\/v1\/query(_range)?$/.test(one.path)) continue;
        const given = await ask(routes, one);
        const wrong = given ? difference(one, given) : 'no route';
        total++;
        if (wrong === undefined) passed++;
        else
          lines.push(
            `  ${file} ${JSON.stringify(one.params?.map(([, value]) => value))}: ${wrong}`,
          );
      }
    }
    if (process.env.PROMQL_FAILURES) console.log(lines.join('\n'));
    console.log(`recorded PromQL answers: ${passed} of ${total} passed`);
    expect(passed).toBeGreaterThanOrEqual(passedAtLeast);
  },
  120_000,
);
