// A folder of log files that is read by a source as the program has one, into memory: what came, and
// receipts that are released at once, or when the test says so.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMeter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { createLogger, type LogRecord } from '#lib/log.ts';
import type { FileSource } from '#pipeline/log/collection-config.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import { createReadTimes } from '#pipeline/log/read-times.ts';
import { type LogFileDeps, LogFileSource } from '#receiver/log-file/log-file-source.ts';
import { DiskPositions } from '#receiver/positions/disk-positions.ts';
import { eventually } from './eventually.ts';

export const fileSource: FileSource = {
  kind: 'file',
  id: 'test',
  place: { file: 'test.yaml', line: 1, column: 1 },
  forwardTo: [],
  labels: [],
  targets: [],
  encoding: undefined,
  decompression: 'none',
  tailsFromEnd: false,
  syncPeriodMs: 200,
  pollMs: 10,
  ignoresOlderThanMs: 0,
  lineBytesMax: 1 << 20,
};

export interface ReadOptions {
  readonly source?: Partial<FileSource>;
  readonly deps?: Partial<LogFileDeps>;
  /** False: nothing is committed until `commit`. */
  readonly commits?: boolean;
}

export class LogFolder {
  readonly path: string;
  readonly #positionsPath: string;
  readonly #runs: Reading[] = [];

  private constructor(root: string) {
    this.path = join(root, 'logs');
    this.#positionsPath = join(root, 'positions', 'positions.jsonl');
  }

  static async make(): Promise<LogFolder> {
    return new LogFolder(await mkdtemp(join(tmpdir(), 'sightline-logs-')));
  }

  file(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /** Reads until it is stopped; what `pattern` says is below the folder, with `labels` of the target. */
  read(pattern: string, options: ReadOptions = {}, labels: [string, string][] = []): Reading {
    const reading = new Reading(this.#positionsPath, options);
    this.#runs.push(reading);
    reading.source.setTargets([[['__path__', this.file(pattern)], ...labels]]);
    return reading;
  }

  async remove(): Promise<void> {
    for (const run of this.#runs) await run.stop();
    await rm(join(this.path, '..'), { recursive: true, force: true });
  }
}

export class Reading {
  readonly entries: CollectedEntry[] = [];
  readonly records: LogRecord[] = [];
  readonly meter = createMeter();
  readonly source: LogFileSource;
  readonly positions: DiskPositions;
  #uncommitted: CollectedEntry[] = [];
  #isStopped = false;

  constructor(positionsPath: string, { source, deps, commits = true }: ReadOptions) {
    const logger = createLogger({
      write: () => {},
      listener: (record) => void this.records.push(record),
    });
    this.positions = new DiskPositions({ path: positionsPath, logger });
    const config = { ...fileSource, ...source };
    const sink = {
      write: async (entries: readonly CollectedEntry[]) => {
        this.entries.push(...entries);
        this.#uncommitted.push(...entries);
        if (commits) this.commit();
      },
    };
    this.source = new LogFileSource(config, {
      sink,
      positions: this.positions,
      times: createReadTimes(systemClock),
      clock: systemClock,
      meter: this.meter,
      logger,
      partialLineWaitMs: 300,
      leaveAfterMs: 300,
      ...deps,
    });
  }

  commit(): void {
    for (const { receipt } of this.#uncommitted.splice(0)) receipt.release();
  }

  get lines(): string[] {
    return this.entries.map(({ line }) => line);
  }

  messages(): string[] {
    return this.records.map(({ message }) => message);
  }

  /** Resolves when as many lines have come. */
  async count(lines: number): Promise<string[]> {
    await eventually(
      `${lines} lines`,
      () => (this.entries.length >= lines ? true : undefined),
      10_000,
    ).catch((error: unknown) => {
      const seen = `${this.entries.length}: ${this.lines.slice(0, 20).join(' | ')}`;
      throw new Error(`expected ${lines} lines, got ${seen}`, { cause: error });
    });
    return this.lines;
  }

  /** As the program does on SIGTERM. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.source.stop();
    await this.positions.stop();
  }
}
