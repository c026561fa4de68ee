// The embedded engine: a supervised child process on a locked data folder. When it dies it is
// started again, with growing pauses; who needs it waits for that, or gets a retryable error.
import { mkdirSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#lib/clock.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { jitter } from '#lib/random.ts';
import type { Connection } from './connection.ts';
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts';
import type { Driver } from './driver.ts';
import { unavailableError } from './engine-error.ts';
import { checkEngineVersion, findEngineLibrary } from './engine-library.ts';
import { type EngineProcess, startEngine } from './engine-process.ts';
import { type Watch, watchConnection } from './watch.ts';

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly memoryBytesMax?: number | undefined;
  readonly engineHostPath?: string | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

const database = 'sightline';
const restartPauseMs = { first: 50, max: 5000 } as const;
/** An engine that died sooner is not started again at once. */
const healthyMs = 1000;
const startAttemptsMax = 2;
const connectionWaitMs = 10_000;
const wrongVersionStopMs = 2000;

/** The smaller of 40 % of the machine's memory and 4 GiB. */
export const defaultMemoryBytesMax = (): number => Math.min(totalmem() * 0.4, 4 * 2 ** 30);

export async function openEmbedded(options: EmbeddedOptions): Promise<Driver> {
  const libraryPath = findEngineLibrary();
  const dataDir = resolve(options.dataDir);
  const lock = await takeDataDir(dataDir);
  try {
    const supervisor = new Supervisor({ ...options, dataDir }, libraryPath, lock);
    await supervisor.start();
    return supervisor;
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function takeDataDir(dataDir: string): Promise<DataDirLock> {
  try {
    mkdirSync(dataDir, { recursive: true });
    return await lockDataDir(dataDir);
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw new OperationError(
      'store_folder',
      `cannot use the data folder ${dataDir}: ${messageOf(cause)}; choose another with --data-dir`,
      { retryable: false, cause },
    );
  }
}

class Supervisor implements Driver {
  readonly kind = 'embedded';
  readonly layout = {
    database,
    cluster: undefined,
    isReplicated: false,
    isOnCluster: false,
  };
  readonly memoryBytesMax: number;
  restarts = 0;
  version = '';
  readonly #options: EmbeddedOptions;
  readonly #libraryPath: string;
  readonly #lock: DataDirLock;
  #engine: EngineProcess | undefined;
  #watch: Watch | undefined;
  isStopping = false;
  #waiting: (() => void)[] = [];
  #supervision: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  constructor(options: EmbeddedOptions, libraryPath: string, lock: DataDirLock) {
    this.#options = options;
    this.#libraryPath = libraryPath;
    this.#lock = lock;
    this.memoryBytesMax = Math.round(options.memoryBytesMax ?? defaultMemoryBytesMax());
  }

  get isReady(): boolean {
    return this.#engine !== undefined && this.#watch?.isAnswering === true;
  }
  get pid(): number | undefined {
    return this.#engine?.pid;
  }

  async start(): Promise<void> {
    // A free port may be taken by somebody else before the engine has it.
    for (let attempt = 1; !this.#engine; attempt++) {
      try {
        await this.#startOnce();
      } catch (error) {
        const isWorthIt = error instanceof OperationError && error.retryable;
        if (!isWorthIt || attempt === startAttemptsMax) throw error;
      }
    }
    this.#supervision = this.#supervise();
  }

  async connection(waitMs = connectionWaitMs): Promise<Connection> {
    if (!this.#engine && !this.isStopping) await this.#nextStart(waitMs);
    if (this.#engine) return this.#engine.connection;
    const why = this.isStopping ? 'the program is stopping' : 'the engine is being restarted';
    throw unavailableError(new Error(why), 'use the store');
  }

  async schemaConnections(): Promise<readonly Connection[]> {
    return [await this.connection()];
  }

  rssBytes(): number | undefined {
    return this.#engine && residentBytes(this.#engine.pid);
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.isStopping) return this.#supervision;
    this.isStopping = true;
    this.#stop.abort();
    this.#wake();
    await this.#engine?.stop(deadlineMs);
    await this.#supervision;
    this.#lock.release();
  }

  async #startOnce(): Promise<void> {
    const { dataDir, engineHostPath } = this.#options;
    const engine = await startEngine({
      dir: join(dataDir, 'engine'),
      libraryPath: this.#libraryPath,
      memoryBytesMax: this.memoryBytesMax,
      database,
      signal: this.#stop.signal,
      onSpawn: (pid) => this.#lock.nameEngine(pid),
      ...(engineHostPath === undefined ? {} : { hostPath: engineHostPath }),
    });
    try {
      checkEngineVersion(engine.version);
    } catch (error) {
      await engine.stop(wrongVersionStopMs);
      throw error;
    }
    this.version = engine.version;
    this.#engine = engine;
    this.#watch = watchConnection(engine.connection);
    this.#wake();
  }

  async #supervise(): Promise<void> {
    const { logger } = this.#options;
    let pauseMs = 0;
    while (!this.isStopping) {
      if (this.#engine) {
        pauseMs = (await this.#untilDeath(this.#engine)) ? 0 : longer(pauseMs);
        if (this.isStopping) return;
      }
      await this.#pause(pauseMs);
      try {
        await this.#startOnce();
        logger.info('the engine is ready again', { pid: this.pid });
      } catch (error) {
        pauseMs = longer(pauseMs);
        logger.error('cannot restart the engine', { error: messageOf(error), pause_ms: pauseMs });
      }
    }
    this.#watch?.stop();
    await this.#engine?.stop(0);
  }

  /** True when the engine had lived long enough to be started again at once. */
  async #untilDeath(engine: EngineProcess): Promise<boolean> {
    const { clock, logger } = this.#options;
    const readyMs = clock.monotonicMs();
    const reason = await engine.ended;
    this.#engine = undefined;
    this.#watch?.stop();
    await engine.connection.close();
    if (!this.isStopping) {
      this.restarts++;
      logger.error('the engine died and is started again', { reason });
    }
    return clock.monotonicMs() - readyMs >= healthyMs;
  }

  async #pause(pauseMs: number): Promise<void> {
    if (pauseMs === 0) return;
    const { signal } = this.#stop;
    await sleep(pauseMs * jitter(0.5), undefined, { signal }).catch(() => {});
  }

  #nextStart(waitMs: number): Promise<void> {
    return new Promise((resolvePromise) => {
      const timer = setTimeout(resolvePromise, waitMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolvePromise();
      });
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const longer = (pauseMs: number): number =>
  Math.min(Math.max(pauseMs * 2, restartPauseMs.first), restartPauseMs.max);

function residentBytes(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return pages * 4096;
  } catch {
    return undefined;
  }
}
