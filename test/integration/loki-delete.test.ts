// Lines deleted through the Loki API are found by no query, and the receipt says so after a restart, too.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';

const patience = { timeout: 30_000, interval: 100 };

let folder: string;
let sightline: Sightline;

const start = (loki: Record<string, unknown>): Promise<Sightline> =>
  startSightline({
    dataDir: join(folder, 'data'),
    config: {
      internal_telemetry: { enabled: false },
      tenancy: { enabled: true },
      retention: { logs: '0' },
      loki,
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-delete-'));
  sightline = await start({ enable_delete: true });
}, 60_000);
afterAll(async () => {
  await sightline.stop();
  await rm(folder, { recursive: true });
});

const loki = (path: string): string => `http://127.0.0.1:${sightline.ports.loki}${path}`;
const headersOf = (tenant: string): Record<string, string> => ({ 'X-Scope-OrgID': tenant });

/** Seconds of a day that is over. */
const day = Math.floor(Date.now() / 86_400_000) * 86_400 - 2 * 86_400;

async function push(
  stream: Record<string, string>,
  lines: readonly (readonly [second: number, line: string])[],
  tenant = 'a',
): Promise<void> {
  const values = lines.map(([second, line]) => [`${day + second}000000000`, line]);
  const response = await fetch(loki('/loki/api/v1/push'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headersOf(tenant) },
    body: JSON.stringify({ streams: [{ stream, values }] }),
  });
  expect(response.status).toBe(204);
}

const range = { start: String(day), end: String(day + 86_400) };

async function lines(query: string, tenant = 'a'): Promise<string[]> {
  const parameters = new URLSearchParams({ query, ...range, direction: 'forward', limit: '1000' });
  const response = await fetch(loki(`/loki/api/v1/query_range?${parameters}`), {
    headers: headersOf(tenant),
  });
  const { data } = (await response.json()) as {
    data: { result: { values: [string, string][] }[] };
  };
  return data.result.flatMap(({ values }) => values.map(([, line]) => line)).sort();
}

async function values(label: string): Promise<string[]> {
  const parameters = new URLSearchParams(range);
  const response = await fetch(loki(`/loki/api/v1/label/${label}/values?${parameters}`), {
    headers: headersOf('a'),
  });
  return ((await response.json()) as { data?: string[] }).data ?? [];
}

interface Receipt {
  readonly request_id: string;
  readonly status: string;
  readonly query: string;
}

const ask = (method: string, parameters: Record<string, string>, tenant = 'a') =>
  fetch(loki(`/loki/api/v1/delete?${new URLSearchParams(parameters)}`), {
    method,
    headers: headersOf(tenant),
  });

const receipts = async (tenant = 'a'): Promise<Receipt[]> =>
  (await (await ask('GET', {}, tenant)).json()) as Receipt[];

async function deleted(parameters: Record<string, string>): Promise<void> {
  const response = await ask('POST', parameters);
  expect([response.status, await response.text()]).toEqual([204, '']);
  const id = response.headers.get('x-request-id');
  await vi.waitFor(async () => {
    const found = (await receipts()).find(({ request_id }) => request_id === id);
    expect(found?.status).toBe('processed');
  }, patience);
}

it('deletes by selector, filter and time, for one tenant', async () => {
  const all = [
    [1, 'one secret'],
    [2, 'two'],
    [3, 'three secret'],
  ] as const;
  await push({ app: 'x' }, all);
  await push({ app: 'y' }, all);
  await push({ app: 'x' }, all, 'b');
  await deleted({ query: '{app="x"} |= "secret"', start: String(day), end: String(day + 2) });
  expect(await lines('{app="x"}')).toEqual(['three secret', 'two']);
  expect(await lines('{app="y"}')).toHaveLength(3);
  expect(await lines('{app="x"}', 'b')).toHaveLength(3);
  expect(await receipts('b')).toEqual([]);
});

it('deletes by what only the pipeline finds', async () => {
  await push({ app: 'z' }, [
    [1, '{"user":{"id":"ann"}}'],
    [2, '{"user":{"id":"bob"}}'],
    [3, 'no json'],
  ]);
  const query = '{app="z"} | json | line_format "{{.user_id}}" |= "ann"';
  await deleted({ query, start: `${day}` });
  expect(await lines('{app="z"}')).toEqual(['no json', '{"user":{"id":"bob"}}']);
});

it('deletes the first and the last nanosecond that are asked for, and no other', async () => {
  const nano = (n: number): string => `${day + 100}00000000${n}`;
  const response = await fetch(loki('/loki/api/v1/push'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headersOf('a') },
    body: JSON.stringify({
      streams: [{ stream: { app: 'edge' }, values: [1, 2, 3, 4].map((n) => [nano(n), `${n}`]) }],
    }),
  });
  expect(response.status).toBe(204);
  await deleted({ query: '{app="edge"}', start: nano(2), end: nano(3) });
  expect(await lines('{app="edge"}')).toEqual(['1', '4']);
});

it('deletes what a filter says to the letter', async () => {
  const odd = [
    "it's %d_x\\n",
    '"quoted"',
    'a\tb',
    '50% off?',
    '50X off!',
    '{x:String}',
    '€ \u{1f600}',
  ];
  await push({ app: "o'dd\\" }, [...odd.map((line, i) => [i, line] as const), [50, 'other']]);
  const selector = `{app=${JSON.stringify("o'dd\\")}}`;
  for (const [i, line] of odd.entries()) {
    await deleted({ query: `${selector} |= ${JSON.stringify(line)}`, start: `${day}` });
    expect(await lines(selector)).toEqual([...odd.slice(i + 1), 'other'].sort());
  }
}, 60_000);

it('deletes thousands of lines that only the pipeline finds', async () => {
  const all = Array.from({ length: 7000 }, (_, i) => [i, `{"n":{"i":${i}}}`] as const);
  await push({ app: 'thousands' }, all);
  const query = '{app="thousands"} | json | line_format "{{.n_i}}" !~ "^6999$"';
  await deleted({ query, start: `${day}` });
  expect(await lines('{app="thousands"}')).toEqual(['{"n":{"i":6999}}']);
}, 60_000);

it('loses no line that comes while its stream goes', async () => {
  for (let round = 0; round < 5; round++) {
    const stream = { app: `busy-${round}`, odd: `"\\ ' é\t` };
    const selector = `{app="busy-${round}"}`;
    await push(stream, [[1, 'old']]);
    let isDone = false;
    const deleting = deleted({ query: selector, start: `${day}`, end: `${day + 50}` }).finally(
      () => {
        isDone = true;
      },
    );
    const sent: string[] = [];
    // The first ones may come before the stream has gone, so that it stays: later rounds begin later.
    for (let i = 0; i < round * 5; i++) await receipts();
    while (!isDone) {
      const line = `new ${sent.length}`;
      await push(stream, [[60 + sent.length, line]]);
      sent.push(line);
    }
    await deleting;
    expect(await lines(selector)).toEqual(sent.sort());
  }
}, 60_000);

it('takes away streams without lines, and lets them come again', async () => {
  await push({ app: 'gone' }, [[1, 'a']]);
  expect(await values('app')).toContain('gone');
  await deleted({ query: '{app="gone"}', start: new Date(day * 1000).toISOString() });
  expect(await values('app')).not.toContain('gone');
  expect(await lines('{app="gone"}')).toEqual([]);
  await push({ app: 'gone' }, [[2, 'b']]);
  expect(await lines('{app="gone"}')).toEqual(['b']);
});

it('answers in the shape and words of Loki', async () => {
  const refused = async (parameters: Record<string, string>): Promise<[number, string]> => {
    const response = await ask('PUT', parameters);
    return [response.status, (await response.text()).trim()];
  };
  const query = '{app="x"}';
  expect(await refused({ start: '1' })).toEqual([400, 'query not set']);
  expect(await refused({ query })).toEqual([400, 'start time not set']);
  expect(await refused({ query, start: '9', end: '8' })).toEqual([
    400,
    "start time can't be greater than end time",
  ]);
  expect(await refused({ query, start: '1', end: '9999999999' })).toEqual([
    400,
    'deletes in the future are not allowed',
  ]);
  expect((await refused({ query: 'rate({a="b"}[1m])', start: '1' }))[0]).toBe(400);
  expect((await refused({ query: '{a=', start: '1' }))[1]).toContain('parse error');
  expect((await receipts())[0]).toEqual({
    request_id: expect.stringMatching(/^[\da-f]{8}$/),
    start_time: day,
    end_time: day + 2,
    query: '{app="x"} |= "secret"',
    status: 'processed',
    created_at: expect.any(Number),
  });
  const foreign = await fetch(loki('/loki/api/v1/delete?query={app="x"}&start=1'), {
    method: 'POST',
    headers: { origin: 'http://evil.example' },
  });
  expect(foreign.status).toBe(403);
});

it('waits where there is time to cancel, remembers over a restart, and cancels', async () => {
  const known = (await receipts()).length;
  await sightline.stop();
  sightline = await start({
    enable_delete: true,
    delete_cancel_period: '1h',
    max_delete_requests: 2,
  });
  expect(await receipts()).toHaveLength(known);
  const request = { query: '{app="y"}', start: String(day) };
  const id = (await ask('POST', request)).headers.get('x-request-id') as string;
  const other = (await ask('POST', request)).headers.get('x-request-id') as string;
  const third = await ask('POST', request);
  expect([third.status, await third.text()]).toEqual([
    429,
    expect.stringContaining('loki.max_delete_requests'),
  ]);
  await sightline.stop();
  sightline = await start({ enable_delete: true, delete_cancel_period: '1h' });
  const waiting = (await receipts()).filter(({ status }) => status === 'received');
  expect(waiting.map(({ request_id }) => request_id)).toEqual([id, other]);
  expect((await ask('DELETE', { request_id: id }, 'b')).status).toBe(404);
  expect((await ask('DELETE', { request_id: id })).status).toBe(204);
  expect((await ask('DELETE', { request_id: id })).status).toBe(404);
  expect(await lines('{app="y"}')).toHaveLength(3);
  // What waits is carried out when its time has come.
  await sightline.stop();
  sightline = await start({ enable_delete: true });
  await vi.waitFor(async () => expect(await lines('{app="y"}')).toEqual([]), patience);
  await vi.waitFor(async () => {
    const found = (await receipts()).find(({ request_id }) => request_id === other);
    expect(found?.status).toBe('processed');
  }, patience);
  const late = await ask('DELETE', { request_id: other });
  expect([late.status, await late.text()]).toEqual([
    400,
    expect.stringContaining('already processed'),
  ]);
}, 60_000);

it('is off unless it is turned on', async () => {
  await sightline.stop();
  sightline = await start({});
  const response = await ask('POST', { query: '{app="x"}', start: '1' });
  expect(response.status).toBe(403);
});
