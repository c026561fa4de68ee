// A real Prometheus as a child process, on loopback, with a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counterpart, counterpart } from '../../tool/counterparts.ts';
import { freePort } from './program.ts';

export interface RealPrometheus {
  readonly url: string;
  readonly child: ChildProcess;
  readonly folder: string;
  readonly configFile: string;
  stop(): Promise<void>;
}

export interface RealPrometheusOptions {
  /** prometheus.yml; `global: {}` when left out. */
  readonly config?: string;
  readonly args?: readonly string[];
}

/** The path of a program that must be there. */
export function needCounterpart(name: Counterpart): string {
  const path = counterpart(name);
  if (path === undefined) throw new Error(`${name} is not installed: npm run counterparts`);
  return path;
}

export async function startPrometheus(
  options: RealPrometheusOptions = {},
): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(configFile, options.config ?? 'global: {}\n');
  const url = `http://127.0.0.1:${await freePort(0)}`;
  const child = spawn(
    needCounterpart('prometheus'),
    [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-admin-api',
      '--web.enable-lifecycle',
      ...(options.args ?? []),
    ],
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
    await rm(folder, { recursive: true, force: true });
  };
  await waitUntilReady(`${url}/-/ready`, child, () => log).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, child, folder, configFile, stop };
}

/** Polls until the URL answers 2xx. Fails when the program ends or a minute has passed. */
export async function waitUntilReady(
  url: string,
  child: ChildProcess,
  log: () => string,
): Promise<void> {
  const startedMs = Date.now();
  while (Date.now() - startedMs < 60_000) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${log()}`);
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not ready after a minute:\n${log()}`);
}
