// A real node_exporter as a child process, on loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './program.ts';
import { needCounterpart, waitUntilReady } from './real-prometheus.ts';

export interface RealNodeExporter {
  /** `127.0.0.1:port`. */
  readonly address: string;
  stop(): Promise<void>;
}

export async function startNodeExporter(args: readonly string[] = []): Promise<RealNodeExporter> {
  const address = `127.0.0.1:${await freePort(0)}`;
  const child = spawn(
    needCounterpart('prometheus-node-exporter'),
    [`--web.listen-address=${address}`, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  await waitUntilReady(`http://${address}/`, child, () => log).catch(async (error) => {
    await stop();
    throw error;
  });
  return { address, stop };
}
