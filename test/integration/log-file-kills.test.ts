// A file that is rotated all the time, also while nobody reads it, and a reader that is killed at any
// moment: what a kill leaves is the positions as they were saved, and the lines that were committed.
// What is deleted makes inodes that are used again.
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import { eventually } from '../lib/eventually.ts';
import { Reading } from '../lib/log-folder.ts';

let root: string;
let path: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-kills-'));
  mkdirSync(join(root, 'logs'));
  path = join(root, 'logs', 'app.log');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Numbers from 0 to below `max`, the same for the same seed. */
function numbersOf(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * max);
  };
}

/** Writes lines, and renames as logrotate does. Files whose lines are all committed are deleted. */
class Writer {
  readonly #committed: ReadonlySet<number>;
  #file = openSync(path, 'a');
  /** Of the rotated files, the youngest first, the number of the line behind the last one. */
  readonly #ends: number[] = [];
  #deleted = 0;
  written = 0;

  constructor(committed: ReadonlySet<number>) {
    this.#committed = committed;
  }

  write(count: number): void {
    let text = '';
    for (let i = 0; i < count; i++) text += `n=${this.written++} ${'.'.repeat(60)}\n`;
    writeSync(this.#file, text);
  }

  rotate(): void {
    while (this.#ends.length > 3 && this.#isOldestRead()) {
      rmSync(`${path}.${this.#ends.length}`);
      this.#deleted = this.#ends.pop() as number;
    }
    for (let i = this.#ends.length; i >= 1; i--) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
    renameSync(path, `${path}.1`);
    closeSync(this.#file);
    this.#file = openSync(path, 'a');
    this.#ends.unshift(this.written);
  }

  #isOldestRead(): boolean {
    const end = this.#ends.at(-1) as number;
    for (let n = this.#deleted; n < end; n++) if (!this.#committed.has(n)) return false;
    return true;
  }

  close(): void {
    closeSync(this.#file);
  }
}

it.each([1, 2, 3, 4, 5, 6])(
  'loses no line, seed %i',
  async (seed) => {
    const below = numbersOf(seed);
    const committed = new Set<number>();
    const killed = new Set<Reading>();
    const writer = new Writer(committed);
    const positionsOf = (run: number): string => join(root, `positions${run}`);
    const start = (run: number): Reading => {
      const write = async (entries: readonly CollectedEntry[]): Promise<void> => {
        const delayMs = below(80) - 20;
        if (delayMs > 0) await wait(delayMs);
        if (killed.has(reading)) return;
        for (const { line, receipt } of entries) {
          committed.add(Number(/^n=(\d+) /.exec(line)?.[1]));
          receipt.release();
        }
      };
      const reading = new Reading(positionsOf(run), {
        source: { pollMs: 5 },
        deps: { sink: { write } },
      });
      reading.source.setTargets([[['__path__', path]]]);
      return reading;
    };
    const rotate = async (pauseMs: number, rotations: number): Promise<void> => {
      for (let i = 0; i < rotations; i++) {
        for (let steps = below(3); steps >= 0; steps--) {
          if (below(5) > 0) writer.write(below(200));
          if (pauseMs > 0) await wait(below(pauseMs));
        }
        writer.rotate();
      }
    };
    const readings = [start(0)];
    // What was renamed before the first look is not asked for.
    await eventually('the first look', () =>
      readings[0]?.messages().includes('tail routine: started') ? true : undefined,
    );
    for (let run = 0; run < 12; run++) {
      await rotate(below(2) > 0 ? 8 : 40, 1 + below(12));
      const reading = readings[run] as Reading;
      killed.add(reading);
      copyFileSync(positionsOf(run), positionsOf(run + 1));
      void reading.source.stop();
      await rotate(below(3) > 0 ? 0 : 4, below(45));
      readings.push(start(run + 1));
    }
    writer.write(10);
    const lost = (): number => writer.written - committed.size;
    await eventually('all lines', () => (lost() === 0 ? true : undefined), 15_000).catch(() => {});
    for (const reading of readings) await reading.stop();
    writer.close();
    expect({ seed, lost: lost() }).toEqual({ seed, lost: 0 });
  },
  120_000,
);
