// Live tails in the running program: real WebSocket clients, real pushes.
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';

const patience = { timeout: 60_000, interval: 50 };

let sightline: Sightline;
const clients: WebSocket[] = [];

beforeAll(async () => {
  sightline = await startSightline({
    config: { internal_telemetry: { enabled: false } },
  });
}, 60_000);
afterAll(async () => {
  for (const client of clients) client.terminate();
  await sightline.stop();
});

interface Message {
  readonly streams: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [string, string, object?])[];
  }[];
  readonly dropped_entries: readonly { timestamp: string; labels: object }[] | null;
}

interface Follower {
  readonly client: WebSocket;
  readonly messages: Message[];
  readonly lines: string[];
}

const url = (query: string, more = '', path = '/loki/api/v1/tail'): string =>
  `ws://127.0.0.1:${sightline.ports.loki}${path}?query=${encodeURIComponent(query)}${more}`;

async function follow(target: string, headers: Record<string, string> = {}): Promise<Follower> {
  const client = new WebSocket(target, { headers });
  clients.push(client);
  const messages: Message[] = [];
  const lines: string[] = [];
  client.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    messages.push(message);
    for (const { values } of message.streams) for (const [, line] of values) lines.push(line);
  });
  await once(client, 'open');
  return { client, messages, lines };
}

let lastNano = BigInt(Date.now()) * 1_000_000n;
const nextNano = (): string => String(++lastNano);

async function push(
  stream: Record<string, string>,
  lines: readonly string[],
  tenant = '',
): Promise<void> {
  const values = lines.map((line) => [nextNano(), line]);
  const response = await fetch(`http://127.0.0.1:${sightline.ports.loki}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Scope-OrgID': tenant },
    body: JSON.stringify({ streams: [{ stream, values }] }),
  });
  expect(response.status).toBe(204);
}

async function refusal(
  target: string,
  headers: Record<string, string> = {},
): Promise<[number | undefined, string]> {
  const client = new WebSocket(target, { headers });
  client.on('error', () => {});
  const [, response] = await once(client, 'unexpected-response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return [response.statusCode, body];
}

it('shows the last lines, then those that come, through the pipeline', async () => {
  await push({ app: 'first' }, ['n=1 old', 'n=2 old', 'n=3 other', 'n=4 old']);
  const query = '{app="first"} |= "o" | logfmt n | n > 1 | line_format "{{.n}}"';
  const follower = await follow(url(query, '&limit=2'));
  await vi.waitFor(() => expect(follower.lines).toEqual(['3', '4']), patience);
  await push({ app: 'second' }, ['n=9 o']);
  await push({ app: 'first' }, ['n=5 new o', 'n=6 new', 'n=7 new o']);
  await vi.waitFor(() => expect(follower.lines).toEqual(['3', '4', '5', '7']), patience);
  const [last] = follower.messages.at(-1)?.streams ?? [];
  expect(last?.stream).toMatchObject({ app: 'first', n: expect.any(String) });
  expect(follower.messages.every((message) => message.dropped_entries === null)).toBe(true);
});

it('begins at start, and after a delay when asked', async () => {
  await push({ app: 'start' }, ['a', 'b']);
  const start = nextNano();
  await push({ app: 'start' }, ['c']);
  const follower = await follow(url('{app="start"}', `&start=${start}&delay_for=1`));
  const from = performance.now();
  await push({ app: 'start' }, ['d']);
  await vi.waitFor(() => expect(follower.lines).toEqual(['c', 'd']), patience);
  expect(performance.now() - from).toBeGreaterThan(800);
});

it('tells the kinds of labels apart when asked, and answers at all its paths', async () => {
  const headers = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' };
  const query = '{app="kinds"} | logfmt';
  const followers = await Promise.all([
    follow(url(query, '', '/api/prom/tail'), headers),
    follow(
      url(query).replace(`:${sightline.ports.loki}`, `:${sightline.ports.http}/loki`),
      headers,
    ),
    // As a browser says it.
    follow(url(query, '&encoding_flags=categorize-labels')),
  ]);
  await push({ app: 'kinds' }, ['k=v']);
  for (const { messages } of followers) {
    await vi.waitFor(() => expect(messages).toHaveLength(1), patience);
    const [stream] = messages[0]?.streams ?? [];
    expect(stream?.stream).toEqual({ app: 'kinds', service_name: 'kinds' });
    expect(stream?.values[0]?.[2]).toMatchObject({
      structuredMetadata: { detected_level: 'unknown' },
      parsed: { k: 'v' },
    });
  }
});

it('shows records that came by OTLP', async () => {
  const follower = await follow(url('{service_name="shop"} | trace_id=~"ab.+"'));
  const attribute = { key: 'service.name', value: { stringValue: 'shop' } };
  const record = (body: string, traceId: string) => ({
    timeUnixNano: nextNano(),
    body: { stringValue: body },
    traceId,
  });
  const logRecords = [record('yes', 'ab'.repeat(16)), record('no', '')];
  await sendOtlpJson(`http://127.0.0.1:${sightline.ports.otlpHttp}`, 'logs', {
    resourceLogs: [{ resource: { attributes: [attribute] }, scopeLogs: [{ logRecords }] }],
  });
  await vi.waitFor(() => expect(follower.lines).toEqual(['yes']), patience);
});

it('shows a line once that is pushed twice', async () => {
  const follower = await follow(url('{app="twice"}'));
  const before = lastNano;
  await push({ app: 'twice' }, ['same']);
  lastNano = before;
  await push({ app: 'twice' }, ['same']);
  await push({ app: 'twice' }, ['end']);
  await vi.waitFor(() => expect(follower.lines).toContain('end'), patience);
  expect(follower.lines).toEqual(['same', 'end']);
});

it('refuses before the handshake', async () => {
  expect(await refusal(url('{app='))).toEqual([400, expect.stringContaining('parse error')]);
  expect(await refusal(url('rate({app="a"}[1m])'))).toEqual([
    400,
    'only log selector is supported',
  ]);
  expect(await refusal(url('{app="a"}', '&delay_for=6'))).toEqual([
    400,
    "delay_for can't be greater than 5",
  ]);
  expect(await refusal(url('{app="a"}', '&limit=10000'))).toEqual([
    400,
    expect.stringContaining('max_entries_limit'),
  ]);
  const plain = await fetch(url('{app="a"}').replace('ws:', 'http:'));
  expect(plain.status).toBe(400);
});

it('gives a hundred clients every line once, at five thousand lines a second', async () => {
  const count = 100;
  const seconds = 3;
  const perSecond = 5000;
  const batches = 20;
  const queries = ['{app="many"}', '{app="many"} |= "line"', '{app=~"man.*"}'];
  const followers = await Promise.all(
    Array.from({ length: count }, (_, i) => follow(url(queries[i % queries.length] as string))),
  );
  const sent: string[] = [];
  const from = performance.now();
  for (let batch = 0; batch < seconds * batches; batch++) {
    const lines = Array.from(
      { length: perSecond / batches },
      (_, i) => `line ${batch}-${i} ${'x'.repeat(100)}`,
    );
    sent.push(...lines);
    await push({ app: 'many', pod: `p${batch % 3}` }, lines);
    const waitMs = from + ((batch + 1) * 1000) / batches - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  const total = seconds * perSecond;
  await vi.waitFor(
    () => expect(followers.filter(({ lines }) => lines.length < total)).toHaveLength(0),
    { ...patience, timeout: 150_000 },
  );
  const took = (performance.now() - from) / 1000;
  process.stdout.write(`${count} tails: ${total} lines each in ${took.toFixed(1)} s\n`);
  for (const { lines, messages } of followers) {
    expect(lines).toHaveLength(total);
    expect(new Set(lines).size).toBe(total);
    expect(messages.some((message) => message.dropped_entries !== null)).toBe(false);
  }
  expect(followers[0]?.lines).toEqual(sent);
}, 200_000);

it('opens so many tails of a tenant as it may, and more when one has gone', async () => {
  await sightline.stop();
  sightline = await startSightline({
    config: {
      internal_telemetry: { enabled: false },
      tenancy: { enabled: true },
      loki: { max_tails: 1 },
    },
  });
  const of = (tenant: string) => ({ 'X-Scope-OrgID': tenant });
  const first = await follow(url('{app="a"}'), of('a'));
  const other = await follow(url('{app="a"}'), of('b'));
  const another = async (): Promise<[number | undefined, string]> =>
    refusal(url('{app="a"}'), of('a'));
  await vi.waitFor(
    async () =>
      expect(await another()).toEqual([429, expect.stringContaining('(2 > 1, loki.max_tails)')]),
    patience,
  );
  await push({ app: 'a' }, ['of a'], 'a');
  await push({ app: 'a' }, ['of b'], 'b');
  await vi.waitFor(() => expect(first.lines).toEqual(['of a']), patience);
  await vi.waitFor(() => expect(other.lines).toEqual(['of b']), patience);
  first.client.close();
  await vi.waitFor(async () => {
    await follow(url('{app="a"}'), of('a'));
  }, patience);
});

it('tells a slow client which lines it left out, and loses nothing for others', async () => {
  await sightline.stop();
  sightline = await startSightline({
    config: { internal_telemetry: { enabled: false }, query: { tail_queue_bytes: '256KiB' } },
  });
  const [slow, quick] = await Promise.all([
    follow(url('{app="slow"}')),
    follow(url('{app="slow"} |= ""')),
  ]);
  await push({ app: 'slow' }, ['begin']);
  await vi.waitFor(() => expect(slow.lines).toEqual(['begin']), patience);
  slow.client.pause();
  const sent = ['begin'];
  const metric = 'sightline_tail_dropped_lines_total';
  const dropped = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${sightline.ports.metrics}/metrics`)).text();
    return Number(new RegExp(`^${metric} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  };
  for (let batch = 0; (await dropped()) === 0 && batch < 300; batch++) {
    const lines = Array.from({ length: 200 }, (_, i) => `${batch}-${i} ${'y'.repeat(1000)}`);
    sent.push(...lines);
    await push({ app: 'slow' }, lines);
  }
  const left = await dropped();
  expect(left).toBeGreaterThan(0);
  slow.client.resume();
  await push({ app: 'slow' }, ['end']);
  sent.push('end');
  await vi.waitFor(() => expect(slow.lines.at(-1)).toBe('end'), patience);
  await vi.waitFor(() => expect(quick.lines).toEqual(sent), patience);
  const named = slow.messages.flatMap((message) => message.dropped_entries ?? []);
  expect(named.length).toBe(Math.min(left, 1000));
  expect(named[0]).toEqual({
    timestamp: expect.stringMatching(/^\d{19}$/),
    labels: expect.objectContaining({ app: 'slow' }),
  });
  expect(slow.lines.length + left).toBe(sent.length);
}, 120_000);
