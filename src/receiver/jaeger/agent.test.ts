import { createSocket } from 'node:dgram';
import { expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { createLogger, type LogRecord } from '#lib/log.ts';
import { createTurns } from '#lib/turns.ts';
import { eventually } from '../../../test/lib/eventually.ts';
import { batchFields } from '../../../test/lib/jaeger-thrift.ts';
import { binaryMessage, compactMessage } from '../../../test/lib/thrift-writer.ts';
import type { SpanIntake } from '../converted-spans.ts';
import { createJaegerAgent } from './agent.ts';

const host = '127.0.0.1';

function setUp(receive: SpanIntake['receive'], queueBytesMax?: number) {
  const log: LogRecord[] = [];
  const meter = createMeter();
  const agent = createJaegerAgent({
    intake: { receive },
    turns: createTurns(),
    meter,
    logger: createLogger({ write: () => {}, listener: (record) => log.push(record) }),
    clock: createManualClock(0),
    ...(queueBytesMax === undefined ? {} : { queueBytesMax }),
  });
  const dropped = (reason: string): number =>
    meter
      .collect()
      .find(({ name }) => name === 'sightline_receiver_dropped_datagrams_total')
      ?.points.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  const queuedBytes = (): number | undefined =>
    meter.collect().find(({ name }) => name === 'sightline_receiver_queued_datagram_bytes')
      ?.points[0]?.value;
  return { agent, log, dropped, queuedBytes };
}

function send(port: number, bytes: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, host, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

const message = compactMessage('emitBatch', { 1: { struct: batchFields('api', [{}]) } });

it('takes both protocols on any port, counts what is none, and logs it once', async () => {
  const bodies: Uint8Array[] = [];
  const { agent, log, dropped } = setUp(async ({ read, receiver, transport, signal }) => {
    expect([receiver, transport, signal]).toEqual(['jaeger', 'udp', 'traces']);
    const body = await read();
    if (!(body instanceof Uint8Array)) bodies.push(body.bytes);
    return undefined;
  });
  const port = await agent.listen(host, 0);
  const other = await agent.listen(host, 0);
  await send(port, Buffer.from('garbage'));
  await send(port, message.subarray(0, message.length - 3));
  await send(port, message);
  await send(other, binaryMessage('emitBatch', { 1: { struct: batchFields('two', [{}]) } }));
  await eventually('both are taken', () => {
    const all = Buffer.concat(bodies).toString('latin1');
    return all.includes('api') && all.includes('two') ? true : undefined;
  });
  await eventually('both others are counted', () =>
    dropped('malformed') === 2 ? true : undefined,
  );
  expect(log.filter(({ message: text }) => text.includes('no Jaeger spans'))).toHaveLength(1);
  await agent.stop();
});

it('tries again what the store does not take now', async () => {
  let attempts = 0;
  const { agent, dropped } = setUp(async () => {
    if (++attempts < 3) throw new OperationError('store_queue_full', 'full', { retryable: true });
    return undefined;
  });
  await send(await agent.listen(host, 0), message);
  await eventually('the third attempt', () => (attempts === 3 ? true : undefined));
  await agent.stop();
  expect(dropped('not_stored')).toBe(0);
});

it('counts what does not fit into the queue', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let received = 0;
  const { agent, dropped } = setUp(async () => {
    received++;
    await held;
    return undefined;
  }, message.length * 2);
  const port = await agent.listen(host, 0);
  await send(port, message);
  await eventually('the first is being stored', () => (received === 1 ? true : undefined));
  await send(port, message);
  await send(port, message);
  await eventually('the third is counted', () => (dropped('queue_full') === 1 ? true : undefined));
  release();
  await eventually('the second is stored', () => (received === 2 ? true : undefined));
  await agent.stop();
});

it('goes on after an error that nobody thought of', async () => {
  let received = 0;
  const { agent, log, dropped } = setUp(async () => {
    if (++received === 1) throw new Error('a bug');
    return undefined;
  });
  const clock = createManualClock(0);
  const broken = createJaegerAgent({
    intake: { receive: async () => undefined },
    turns: { run: () => Promise.reject(new Error('a bug')) },
    ...{ meter: createMeter(), logger: createLogger({ write: () => {} }), clock },
  });
  await send(await broken.listen(host, 0), message);
  await send(await agent.listen(host, 0), message);
  await eventually('it is counted', () => (dropped('not_stored') === 1 ? true : undefined));
  await broken.stop();
  expect(log).toMatchObject([{ level: 'error', fields: { error: 'a bug' } }]);
  await agent.stop();
});

it('stores what has come before it stops', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let [begun, stored] = [0, 0];
  const { agent } = setUp(async () => {
    begun++;
    await held;
    stored++;
    return undefined;
  });
  await send(await agent.listen(host, 0), message);
  await eventually('it is being stored', () => (begun === 1 ? true : undefined));
  const stopped = agent.stop();
  release();
  await stopped;
  expect(stored).toBe(1);
  await agent.stop();
});

it('stops although the store does not answer, and counts what waits', async () => {
  let begun = 0;
  const { agent, dropped, queuedBytes } = setUp(() => {
    begun++;
    return new Promise(() => {});
  });
  const port = await agent.listen(host, 0);
  await send(port, message);
  await eventually('it is being stored', () => (begun === 1 ? true : undefined));
  await send(port, message);
  const both = 2 * message.length;
  await eventually('the next waits', () => (queuedBytes() === both ? true : undefined));
  await agent.stop();
  expect(dropped('not_stored')).toBe(1);
});

it('says which port is taken', async () => {
  const { agent } = setUp(async () => undefined);
  const port = await agent.listen(host, 0);
  await expect(agent.listen(host, port)).rejects.toMatchObject({
    code: 'jaeger_port',
    message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}/udp: another program`),
  });
  await agent.stop();
});
