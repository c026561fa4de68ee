import { expect, it } from 'vitest';
import { decodePushJson } from '#codec/loki-push/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import type { StoreReader } from '#store/contract.ts';
import type { LogEntry } from '../eval/read-lines.ts';
import { LiveFeed } from './live-feed.ts';
import { TailMessage } from './message.ts';
import { entryKey, RecentKeys } from './recent.ts';
import { TailGroup, TailMember } from './tail-group.ts';
import { compileTailQuery } from './tail-query.ts';
import { TailQueue } from './tail-queue.ts';

const entry = (line: string, time = 1): LogEntry => ({
  timeNano: BigInt(time),
  line,
  stream: { app: 'a' },
  metadata: {},
  parsed: {},
});
const message = (...lines: string[]): TailMessage => {
  const entries = lines.map((line) => entry(line));
  return new TailMessage(entries, entries.map(entryKey));
};
const never = new AbortController().signal;
const textOf = (bytes: Uint8Array | undefined): unknown =>
  bytes && JSON.parse(new TextDecoder().decode(bytes));

function queueOf(bytesMax: number, budgetMax = 1 << 20, delayMs = 0) {
  const clock = createManualClock(0);
  const meter = createMeter();
  const dropped = meter.counter('dropped', '');
  const budget = { bytes: 0, bytesMax: budgetMax };
  const settings = { bytesMax, encoding: 'plain' as const, delayMs, clock, dropped, budget };
  const droppedLines = () => meter.collect()[0]?.points[0]?.value ?? 0;
  return { queue: new TailQueue(settings), clock, budget, droppedLines, settings };
}

it('keeps the order, and names what it leaves out in its place', async () => {
  const { queue, droppedLines } = queueOf(100);
  queue.add(message('one'));
  queue.add(message('two', 'three'));
  expect(droppedLines()).toBe(2);
  expect(textOf(await queue.next(never))).toMatchObject({
    streams: [{ stream: { app: 'a' }, values: [['1', 'one']] }],
    dropped_entries: null,
  });
  queue.add(message('four'));
  expect(textOf(await queue.next(never))).toEqual({
    streams: [],
    dropped_entries: [
      { timestamp: '1', labels: { app: 'a' } },
      { timestamp: '1', labels: { app: 'a' } },
    ],
  });
  expect(textOf(await queue.next(never))).toMatchObject({ streams: [{ values: [['1', 'four']] }] });
});

it('counts once what waits for many, and gives the room back', async () => {
  const { queue, budget, settings } = queueOf(1 << 20, 200);
  const other = new TailQueue(settings);
  const first = message('x');
  queue.add(first);
  other.add(first);
  const bytes = first.encode('plain').length;
  expect(budget.bytes).toBe(bytes);
  await queue.next(never);
  expect(budget.bytes).toBe(bytes);
  other.add(message('y'.repeat(200)));
  other.close();
  expect(budget.bytes).toBe(0);
});

it('holds lines back, and ends when it is told to', async () => {
  const { queue, clock } = queueOf(1000, 1000, 5);
  queue.add(message('later'));
  const waiting = queue.next(never);
  clock.advance(5);
  expect(textOf(await waiting)).toMatchObject({ streams: [{}] });
  const stopped = new AbortController();
  const last = queue.next(stopped.signal);
  stopped.abort();
  expect(await last).toBeUndefined();
});

it('joins the past and the present without a line twice', () => {
  const clock = createManualClock(0);
  const shown: string[] = [];
  const member = new TailMember({
    clock,
    earlyBytesMax: 1000,
    emit: ({ entries }) => shown.push(...entries.map(({ line }) => line)),
    onMiss: (lines) => shown.push(`missed ${lines}`),
  });
  member.take(message('b', 'c'));
  expect(shown).toEqual([]);
  member.begin([entry('a'), entry('b')]);
  expect(shown).toEqual(['a', 'b', 'c']);
  // What was seen in the store before its commit was known.
  member.take(message('a', 'd'));
  expect(shown).toEqual(['a', 'b', 'c', 'd']);
});

it('remembers the last lines', () => {
  const recent = new RecentKeys(2);
  expect([1n, 1n, 2n, 3n, 1n, 4n, 5n, 1n].map((key) => recent.add(key))).toEqual([
    true,
    false,
    true,
    true,
    false,
    true,
    true,
    true,
  ]);
});

it('refuses queries that count', () => {
  const compile = (text: string) => compileTailQuery(text, { isStrict: false });
  expect(compile('{ a = "b" }|="c"').text).toBe(compile('{a="b"} |= "c"').text);
  expect(() => compile('sum(rate({a="b"}[1m]))')).toThrow('only log selector is supported');
});

it('decodes batches of the tenant, of streams that somebody wants, once for a query', async () => {
  const asked: unknown[] = [];
  const reader: StoreReader = {
    blocks: () => {
      throw new Error('not asked');
    },
    rows: async (select) => {
      asked.push(select);
      return [];
    },
  };
  const missed = createMeter().counter('missed', '');
  const feed = new LiveFeed({ reader, missed });
  const identities = new IdentityCache();
  const batchOf = (line: string, tenant = '', app = 'a') => {
    const context = {
      tenant,
      minUnixNano: undefined,
      maxUnixNano: undefined,
      lineBytesMax: 1000,
      identities,
    };
    const streams = [{ stream: { app }, values: [['5', line, { k: 'v' }]] }];
    return decodePushJson(new TextEncoder().encode(JSON.stringify({ streams })), context).batch;
  };
  const group = new TailGroup('', compileTailQuery('{app="a"} | k="v"', { isStrict: false }));
  const shown: LogEntry[] = [];
  group.members.add({ take: ({ entries }) => shown.push(...entries), miss: () => {} });
  let missedLines = 0;
  feed.listen({
    tenant: '',
    wants: ({ labels }) => labels.get('app') === 'a',
    take: () => {
      throw new Error('this one fails, and harms nobody else');
    },
    miss: (lines) => {
      missedLines += lines;
    },
  });
  feed.publish(batchOf('somebody listens who fails'));
  const stop = feed.listen(group);
  const first = batchOf('first ü');
  feed.publish(first);
  feed.publish(batchOf('of somebody else', 'other'));
  feed.publish(batchOf('of another stream', '', 'b'));
  feed.publish(first);
  feed.publish(batchOf('second'));
  await expect.poll(() => shown.map(({ line }) => line)).toEqual(['first ü', 'second']);
  stop();
  expect(shown[0]).toMatchObject({
    timeNano: 5n,
    stream: { app: 'a', service_name: 'a' },
    metadata: { k: 'v', detected_level: 'unknown' },
  });
  expect(asked).toEqual([]);
  expect(missedLines).toBe(4);
});
