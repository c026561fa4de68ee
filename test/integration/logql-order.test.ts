// Lines of one time in one stream, as stack traces are: they are answered in the order in which they came,
// forward and backward, with a limit and page by page, and each once however often it was sent.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePushJson } from '#codec/loki-push/decode.ts';
import { decodeLogs } from '#codec/otlp/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { Direction } from '#query/logql/compile/logs.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { StoreWriter } from '#store/contract.ts';
import type { Driver } from '#store/driver/driver.ts';
import { openEmbedded } from '#store/driver/embedded.ts';
import { migrate } from '#store/migration/migrate.ts';
import { createReader } from '#store/reader.ts';
import { defaultQueryLimits, writeDefaults } from '#store/settings.ts';
import { CommitLog } from '#store/writer/write-log.ts';
import { createWriter } from '#store/writer/writer.ts';
import { encodeOtlp, logsOf } from '../lib/otlp-json.ts';
import { batchOf, tableRows } from '../lib/table-rows.ts';

const timeNano = BigInt(Date.UTC(2026, 10, 1)) * 1_000_000n;
const deps = { meter: createMeter(), logger: silentLogger, clock: systemClock };
const limits = { minUnixNano: undefined, maxUnixNano: undefined };

let dataDir: string;
let driver: Driver;
let writer: StoreWriter;
let engine: ReturnType<typeof createLogqlEngine>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  driver = await openEmbedded({ dataDir, memoryBytesMax: 1 << 30, ...deps });
  await migrate(driver);
  const commits = new CommitLog(deps.clock);
  writer = createWriter({ driver, ...deps, ...writeDefaults, commits, commitIntervalMs: 1 });
  const reader = createReader({ driver, limits: defaultQueryLimits, ...deps });
  engine = createLogqlEngine({
    reader,
    limits: defaultLogqlLimits,
    pushDown: 'auto',
    isStrict: false,
  });
}, 60_000);
afterAll(async () => {
  await driver?.stop(5000);
  await rm(dataDir, { recursive: true, force: true });
});

/** Every test has streams of its own. */
const identities = new IdentityCache();

async function write(batch: Batch): Promise<void> {
  await writer.write(batch);
  batch.committed?.();
}

/** One request: all lines of one time. */
function push(app: string, lines: readonly string[], more: readonly string[] = []): Promise<void> {
  const streams = [
    ...more.map((line) => ({ stream: { app, part: 'other' }, values: [[String(timeNano), line]] })),
    { stream: { app }, values: lines.map((line) => [String(timeNano), line]) },
  ];
  const context = { tenant: '', lineBytesMax: 1 << 20, identities, ...limits };
  return write(
    decodePushJson(new TextEncoder().encode(JSON.stringify({ streams })), context).batch,
  );
}

function sendOtlp(app: string, lines: readonly string[]): Promise<void> {
  const records = lines.map((line) => ({
    timeUnixNano: String(timeNano),
    body: { stringValue: line },
  }));
  const request = logsOf(records, { resource: { 'service.name': app } });
  const context = { tenant: '', nowNano: timeNano, limits, identities };
  return write(decodeLogs(encodeOtlp('logs', request), context).batch);
}

async function ask(query: string, direction: Direction, limit: number, cursor?: string) {
  const result = await engine.queryRange(query, {
    tenant: '',
    direction,
    limit,
    cursor,
    startNano: timeNano - 1_000_000_000n,
    endNano: timeNano + 1_000_000_000n,
    stepNano: 1_000_000_000n,
    intervalNano: 0n,
  });
  if (result.kind !== 'streams') throw new Error(`not lines: ${result.kind}`);
  return { lines: result.entries.map(({ line }) => line), next: result.next };
}

async function allPages(query: string, direction: Direction, limit: number): Promise<string[]> {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(query, direction, limit, cursor);
    expect(page.lines.length).toBeLessThanOrEqual(limit);
    lines.push(...page.lines);
    cursor = page.next;
  } while (cursor);
  return lines;
}

const linesOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `  at frame ${from + i} of the trace`);

/** Whatever way it is asked, these lines come, in this order. */
async function expectOrder(query: string, lines: readonly string[]): Promise<void> {
  for (const direction of ['forward', 'backward'] as const) {
    const wanted = direction === 'forward' ? [...lines] : lines.toReversed();
    expect((await ask(query, direction, 1000)).lines).toEqual(wanted);
    expect((await ask(query, direction, 7)).lines).toEqual(wanted.slice(0, 7));
    for (const limit of [13, 60]) {
      expect(await allPages(query, direction, limit)).toEqual(wanted);
    }
  }
}

const merge = async (): Promise<void> => {
  for (const connection of await driver.schemaConnections())
    await connection.command('OPTIMIZE TABLE otel_logs FINAL', { doing: 'merge in a test' });
};

describe('100 lines of one time', () => {
  it('pushed in one request and in several', async () => {
    await push('one', linesOf(0, 100), linesOf(200, 210));
    await expectOrder('{app="one", part=""}', linesOf(0, 100));
    for (let i = 0; i < 100; i += 20) await push('several', linesOf(i, i + 20), linesOf(200, 205));
    await expectOrder('{app="several", part=""}', linesOf(0, 100));
  });

  it('sent by OTLP', async () => {
    await sendOtlp('otlp', linesOf(0, 60));
    await sendOtlp('otlp', linesOf(60, 100));
    await expectOrder('{service_name="otlp"}', linesOf(0, 100));
  });

  it('of two streams: each in its order, and none lost between pages', async () => {
    await push('two', linesOf(0, 50), linesOf(50, 100));
    const forward = (await ask('{app="two"}', 'forward', 1000)).lines;
    expect(forward.toSorted()).toEqual(linesOf(0, 100).toSorted());
    await expectOrder('{app="two"}', forward);
  });

  it('behind stages that the engine does not know', async () => {
    await push('stages', linesOf(0, 100));
    const query = '{app="stages"} | regexp `frame (?P<n>\\d+)` | n > 89 | line_format `{{.n}}`';
    await expectOrder(
      query,
      linesOf(90, 100).map((_, i) => String(90 + i)),
    );
  });
});

describe('lines that were sent again', () => {
  it('come once, at their last place, before merges and after', async () => {
    await push('again', linesOf(0, 100));
    await push('again', linesOf(25, 50));
    await push('again', ['  at frame 99 of the trace', '  at frame 99 of the trace']);
    const wanted = [
      ...linesOf(0, 25),
      ...linesOf(50, 99),
      ...linesOf(25, 50),
      '  at frame 99 of the trace',
    ];
    await expectOrder('{app="again"}', wanted);
    await merge();
    await expectOrder('{app="again"}', wanted);
  });

  it('all of them, as after an answer that was lost', async () => {
    for (let i = 0; i < 3; i++) await push('lost', linesOf(0, 100));
    await expectOrder('{app="lost"}', linesOf(0, 100));
  });

  it('more of them than one statement can name', async () => {
    await push('many', linesOf(0, 9000));
    await push('many', linesOf(3000, 6000));
    const wanted = [...linesOf(0, 3000), ...linesOf(6000, 9000), ...linesOf(3000, 6000)];
    expect(await allPages('{app="many"}', 'forward', 4900)).toEqual(wanted);
    expect(await allPages('{app="many"}', 'backward', 4900)).toEqual(wanted.toReversed());
  });

  it('of which the engine sees only some match', async () => {
    await push('some', linesOf(0, 100));
    await push('some', linesOf(0, 100));
    await expectOrder(
      '{app="some"} |= "frame 9"',
      ['frame 9 '].flatMap(() => ['  at frame 9 of the trace', ...linesOf(90, 100)]),
    );
  });
});

it('lines of before, without an arrival, come in a fixed order', async () => {
  const streams = tableRows('otel_log_streams', [
    { day: 20_758, stream_id: 77n, labels: { app: 'before' } },
  ]);
  const rows = linesOf(0, 50).map((body) => ({ stream_id: 77n, time_unix_nano: timeNano, body }));
  const old = batchOf('logs', {
    identities: [streams],
    rows: [tableRows('otel_logs', [...rows, ...rows])],
  });
  await write(old);
  const query = '{app="before"}';
  const forward = (await ask(query, 'forward', 1000)).lines;
  expect(forward.toSorted()).toEqual(linesOf(0, 50).toSorted());
  await expectOrder(query, forward);
});
