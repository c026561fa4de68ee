// `--demo`: a shop of three instrumented services and its customers, each a process of its own, that
// send their telemetry to us as any program would.
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { DemoRole, FromDemo, StartMessage, StopMessage } from './message.ts';
import { assertDemoPackages } from './packages.ts';

export interface DemoOptions {
  /** Base address of OTLP over HTTP, without `/v1/…`. */
  readonly otlpUrl: string;
  /** A bearer token for it; none where everybody may write. */
  readonly token?: string | undefined;
  readonly logger: Logger;
  /** Where the services listen on loopback; free ports unless given. */
  readonly ports?: Readonly<Partial<Record<DemoRole, number>>>;
}

const startMsMax = 20_000;
const stopMsMax = 3000;

/**
 * Resolves when all services listen and customers arrive. Throws InputError `demo_packages_missing`
 * where the packages of the demo are not installed, OperationError `demo_start` when a process fails.
 */
export async function startDemo(options: DemoOptions): Promise<{ stop(): Promise<void> }> {
  assertDemoPackages();
  const { token } = options;
  const otlpHeaders: StartMessage['otlpHeaders'] =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const children: DemoChild[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
  };
  const begin = async (role: DemoRole, peers: StartMessage['peers'] = {}): Promise<string> => {
    const child = createChild(role, options.logger);
    children.push(child);
    const port = await child.start({
      kind: 'start',
      role,
      otlpUrl: options.otlpUrl.replace(/\/$/, ''),
      otlpHeaders,
      port: options.ports?.[role] ?? 0,
      peers,
      seed: children.length,
    });
    return `http://127.0.0.1:${port}`;
  };
  try {
    const [users, inventory] = await Promise.all([
      begin('user-service'),
      begin('inventory-service'),
    ]);
    const peers = { 'user-service': users, 'inventory-service': inventory };
    const orders = await begin('order-service', peers);
    await begin('load', { 'order-service': orders });
    options.logger.info('the demo runs', { users, inventory, orders });
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

interface DemoChild {
  /** Resolves with the port when the process is ready. */
  start(message: StartMessage): Promise<number>;
  stop(): Promise<void>;
}

function createChild(role: DemoRole, logger: Logger): DemoChild {
  const child = forkProcess();
  let isStopping = false;
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('exit', (code, signal) => {
    if (isStopping) return;
    const lastWords = stderr.trim().split('\n').at(-1);
    logger.warn(`the demo's ${role} ended`, { status: code ?? signal ?? undefined, lastWords });
  });
  return {
    start: (message) =>
      new Promise((resolve, reject) => {
        const fail = (why: string): void =>
          reject(
            new OperationError('demo_start', `cannot start the demo's ${role}: ${why}`, {
              retryable: false,
            }),
          );
        const timer = setTimeout(() => fail('it took more than 20 s'), startMsMax);
        child.once('error', (error) => fail(error.message));
        child.once('exit', () => fail(`it ended; ${stderr.trim()}`));
        child.once('message', (answer: FromDemo) => {
          clearTimeout(timer);
          if (answer.kind === 'ready') resolve(answer.port);
          else fail(answer.message);
        });
        child.send(message);
      }),
    stop: async () => {
      isStopping = true;
      if (child.connected) child.send({ kind: 'stop' } satisfies StopMessage);
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The built process beside the bundle; from a checkout the source, by the loader that runs us. */
function forkProcess(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const file = isSource ? './process.ts' : './demo-process.js';
  const tsx = isSource ? pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href : '';
  return fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: isSource ? ['--import', tsx] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
