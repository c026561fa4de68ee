// The main of each process of the demo. It is told over IPC which part to play, and ends when the
// program that started it does, however that ends.
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import { systemClock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import { createDice } from './dice.ts';
import { startInventoryService } from './inventory-service.ts';
import { runLoad } from './load.ts';
import type { FromDemo, StartMessage, StopMessage } from './message.ts';
import { startOrderService } from './order-service.ts';
import type { Http, Shop } from './part.ts';
import { startUserService } from './user-service.ts';

// `require` is what the instrumentations patch; an `import` would have run before they are there.
const require = createRequire(import.meta.url);
const tell = (message: FromDemo): void => void process.send?.(message);
let stop = async (): Promise<void> => {};

const services = {
  'user-service': startUserService,
  'order-service': startOrderService,
  'inventory-service': startInventoryService,
};

async function start(message: StartMessage): Promise<void> {
  const dice = createDice(message.seed);
  if (message.role === 'load') {
    tell({ kind: 'ready', port: 0 });
    return runLoad(require('node:http') as Http, dice, message.peers['order-service'] as string);
  }
  const { startTelemetry } = await import('./telemetry.ts');
  const telemetry = startTelemetry(message, systemClock);
  stop = telemetry.stop;
  const shop = await createShop(message);
  tell({ kind: 'ready', port: await services[message.role](shop, message.port) });
}

async function createShop(message: StartMessage): Promise<Shop> {
  const { metrics, trace } = await import('@opentelemetry/api');
  const { pino } = require('pino') as typeof import('pino');
  const began = systemClock.monotonicMs();
  return {
    role: message.role,
    http: require('node:http') as Http,
    // Lines go to the OTLP logs by the instrumentation; the terminal is for the program's own.
    logger: pino(
      { name: message.role },
      new Writable({ write: (_line, _encoding, done) => done() }),
    ),
    tracer: trace.getTracer('shop', '1.4.2'),
    meter: metrics.getMeter('shop', '1.4.2'),
    dice: createDice(message.seed),
    elapsedMs: () => systemClock.monotonicMs() - began,
    peer: (role) => message.peers[role] as string,
  };
}

process.on('message', (message: StartMessage | StopMessage) => {
  if (message.kind === 'stop') {
    stop().finally(() => process.exit(0));
    return;
  }
  start(message).catch((error: unknown) => {
    tell({ kind: 'failed', message: messageOf(error) });
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group of processes; the program decides when this one ends.
process.on('SIGINT', () => {});
