// Starts one engine process and waits until it answers. What restarts it is embedded.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OperationError } from '#lib/errors.ts';
import { randomHex } from '#lib/random.ts';
import { type Connection, type ConnectionTarget, createConnection } from './connection.ts';
import { printEngineConfig, printUsersConfig } from './engine-config.ts';

export interface EngineOptions {
  readonly dir: string;
  readonly libraryPath: string;
  readonly hostPath?: string;
  readonly memoryBytesMax: number;
  readonly database: string;
  /** A free one unless given. */
  readonly httpPort?: number;
  /** The native protocol is served only when this is given: shards of a test need it. */
  readonly tcpPort?: number;
  /** Random unless given. */
  readonly password?: string;
  readonly extraXml?: string;
  /** Default 60 s: many parts on a slow disk take long to load. */
  readonly startMsMax?: number;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
  readonly onSpawn?: (pid: number) => void;
}

export interface EngineProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly connection: Connection;
  readonly target: ConnectionTarget;
  readonly version: string;
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;
  /** Asks the engine to end, and kills it when the deadline has passed. */
  stop(deadlineMs: number): Promise<void>;
}

const user = 'sightline';
const stderrCharsMax = 4000;
const startMsMaxDefault = 60_000;

export async function startEngine(options: EngineOptions): Promise<EngineProcess> {
  const httpPort = options.httpPort ?? (await freePort());
  const password = options.password ?? randomHex(16);
  // A folder per start: should another engine live on these files after all, then its configuration,
  // which it watches, stays as it is, and this one ends at the lock of the files.
  const runsDir = join(options.dir, 'run');
  const runDir = join(runsDir, randomHex(8));
  const child = spawnEngine(options, runDir, httpPort, password);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrCharsMax);
  });
  let isEnded = false;
  const ended = new Promise<string>((resolve) => {
    const end = (reason: string): void => {
      isEnded = true;
      resolve([reason, stderr.trim()].filter(Boolean).join(': '));
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(signal ? `ended by ${signal}` : `status ${code}`));
  });
  const url = `http://127.0.0.1:${httpPort}`;
  const target = { url, user, password, database: options.database };
  const bootstrap = createConnection({ ...target, database: 'system' });
  try {
    const startMsMax = options.startMsMax ?? startMsMaxDefault;
    const late = AbortSignal.timeout(startMsMax);
    const given = options.signal ? AbortSignal.any([options.signal, late]) : late;
    while (!(await bootstrap.ping(given))) {
      if (isEnded) throw startError(await ended);
      if (options.signal?.aborted) throw startError('the program is stopping');
      if (late.aborted) throw startError(`it did not answer within ${startMsMax} ms`);
      await sleep(10);
    }
    const statement = { doing: 'start the engine', signal: given };
    await bootstrap.command(`CREATE DATABASE IF NOT EXISTS ${options.database}`, statement);
    const rows = await bootstrap.objects<{ v: string }>('SELECT version() AS v', statement);
    removeOthers(runsDir, runDir);
    const connection = createConnection(target);
    return {
      child,
      pid: child.pid as number,
      connection,
      target,
      version: rows[0]?.v ?? '',
      ended,
      stop: (deadlineMs) => stopChild(child, connection, ended, deadlineMs),
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    await bootstrap.close();
  }
}

function spawnEngine(
  options: EngineOptions,
  runDir: string,
  httpPort: number,
  password: string,
): ChildProcess {
  const { dir, extraXml } = options;
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const configPath = join(runDir, 'config.xml');
  const usersPath = join(runDir, 'users.xml');
  const { memoryBytesMax } = options;
  const cores = availableParallelism();
  const base = { memoryBytesMax, cores, user, password, usersPath };
  const config = extraXml === undefined ? base : { ...base, extraXml };
  writeFileSync(configPath, printEngineConfig(config), { mode: 0o600 });
  writeFileSync(usersPath, printUsersConfig(config), { mode: 0o600 });
  const hostPath = options.hostPath ?? defaultHostPath();
  const args = [
    ...loaderOf(hostPath),
    hostPath,
    options.libraryPath,
    `--path=${dir}`,
    `--config-file=${configPath}`,
    '--listen_host=127.0.0.1',
    `--http_port=${httpPort}`,
    ...(options.tcpPort === undefined ? [] : [`--tcp_port=${options.tcpPort}`]),
    '--query',
    bootQuery(options.tcpPort !== undefined),
  ];
  return spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: dir,
    // What NODE_OPTIONS and the like say is meant for the program, not for its engine.
    env: {},
    // A process group of its own: Ctrl-C is for the program, which then stops the engine in order.
    detached: true,
  });
}

/** Now that this engine has the files, what earlier ones left is nobody's. */
function removeOthers(runsDir: string, runDir: string): void {
  for (const name of readdirSync(runsDir)) {
    const path = join(runsDir, name);
    if (path !== runDir) rmSync(path, { recursive: true, force: true });
  }
}

// Opens the ports and then never ends by itself: the server lives as long as this query.
const bootQuery = (isTcp: boolean): string =>
  `${isTcp ? 'SYSTEM START LISTEN TCP; ' : ''}SYSTEM START LISTEN HTTP; ` +
  'SELECT sleepEachRow(0.2) FROM system.numbers SETTINGS max_block_size=1, ' +
  'function_sleep_max_microseconds_per_block=0 FORMAT Null';

// From source the host is TypeScript beside this file; in the package it is a bundle of its own.
function defaultHostPath(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./engine-host.${extension}`, import.meta.url));
}

function loaderOf(hostPath: string): string[] {
  if (!hostPath.endsWith('.ts')) return [];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href];
}

async function stopChild(
  child: ChildProcess,
  connection: Connection,
  ended: Promise<string>,
  deadlineMs: number,
): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  // The end of the boot query, which alone has no user, is the end of the server.
  const doing = 'stop the engine';
  await Promise.race([
    ended,
    connection.command("KILL QUERY WHERE user = '' ASYNC", { doing }).catch(() => {}),
  ]);
  // It waits for open connections.
  await connection.close();
  await ended;
  clearTimeout(timer);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const startError = (why: string): OperationError =>
  new OperationError(
    'store_unavailable',
    `cannot start the embedded engine: ${why}; ` +
      'see that the data folder is writable and no other engine works on it',
    { retryable: true, retryAfterMs: 1000 },
  );
