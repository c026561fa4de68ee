// A log file that is written to and rotated all the time, while the program that reads it is killed and
// stopped. Every line is different, so that a loss or a double can be counted.
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePortOffset, type Program, startProgram } from './program.ts';
import { storedLines } from './stored-counts.ts';

export interface RotationRounds {
  readonly rotations: number;
  readonly kills: number;
  /** SIGTERM and start again, between the kills. */
  readonly cleanStops: number;
  readonly linesPerSecond: number;
  readonly rotateEveryMs: number;
  /** Rotated files that are kept. */
  readonly kept: number;
}

export interface RotationReport {
  readonly written: number;
  readonly rotations: number;
  readonly kills: number;
  readonly cleanStops: number;
  /** What the program printed after its first start. */
  readonly printed: string;
  readonly stored: { readonly lines: number; readonly distinct: number };
}

export async function runRotationRounds(rounds: RotationRounds): Promise<RotationReport> {
  const root = await mkdtemp(join(tmpdir(), 'sightline-rotation-'));
  const dataDir = join(root, 'data');
  const portOffset = await freePortOffset();
  const path = join(root, 'logs', 'app.log');
  mkdirSync(join(root, 'logs'));
  const start = (): Promise<Program> =>
    startProgram({ dataDir, portOffset, args: ['--logs-files', path] });
  let program = await start();
  const first = program;
  const writer = startWriter(path, rounds);
  try {
    const breaks = rounds.kills + rounds.cleanStops;
    for (let i = 1; i <= breaks; i++) {
      const due = Math.floor((i * rounds.rotations) / (breaks + 1));
      await writer.rotated(due);
      // The clean stops lie evenly among the kills.
      const isClean =
        Math.floor((i * rounds.cleanStops) / breaks) >
        Math.floor(((i - 1) * rounds.cleanStops) / breaks);
      await (isClean ? program.stop() : program.kill());
      program = await start();
    }
    await writer.rotated(rounds.rotations);
    const written = writer.finish();
    await untilRead(program, written);
    await program.stop();
    const stored = await storedLines(dataDir, 'files');
    const { rotations, kills, cleanStops } = rounds;
    return { written, rotations, kills, cleanStops, stored, printed: first.output() };
  } finally {
    writer.finish();
    program.child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  }
}

/** Until as many lines can be read as were written, or nothing comes any more. */
async function untilRead(program: Program, written: number): Promise<void> {
  let last = -1;
  let sameSince = performance.now();
  await eventually(
    `${written} lines`,
    async () => {
      const query = 'sum(count_over_time({job="files"}[1h]))';
      const url = `${program.url}/loki/api/v1/query?query=${encodeURIComponent(query)}`;
      const response = await fetch(url);
      if (!response.ok) throw new Error(await response.text());
      const { data } = (await response.json()) as { data: { result: { value: string[] }[] } };
      const count = Number(data.result[0]?.value[1] ?? 0);
      if (count !== last) sameSince = performance.now();
      last = count;
      return count >= written || performance.now() - sameSince > 20_000 ? true : undefined;
    },
    300_000,
  );
}

const tickMs = 20;

/** Writes and rotates until `finish`, as fast as it is told and not faster. */
function startWriter(path: string, rounds: RotationRounds) {
  let file = openSync(path, 'a');
  let written = 0;
  let rotations = 0;
  let isFinished = false;
  const startMs = performance.now();
  const tick = (): void => {
    const elapsedMs = performance.now() - startMs;
    const due = Math.floor((elapsedMs / 1000) * rounds.linesPerSecond);
    let text = '';
    for (; written < due; written++) text += lineOf(written);
    writeSync(file, text);
    if (rotations >= rounds.rotations || elapsedMs < (rotations + 1) * rounds.rotateEveryMs) return;
    rotate(path, rounds.kept);
    closeSync(file);
    file = openSync(path, 'a');
    rotations++;
  };
  const timer = setInterval(tick, tickMs);
  return {
    rotated: (count: number): Promise<true> =>
      eventually(
        `${count} rotations`,
        () => (rotations >= count ? true : undefined),
        60_000 + rounds.rotations * rounds.rotateEveryMs,
      ),
    /** The number of lines. */
    finish: (): number => {
      if (!isFinished) {
        clearInterval(timer);
        closeSync(file);
      }
      isFinished = true;
      return written;
    },
  };
}

function rotate(path: string, kept: number): void {
  for (let i = kept - 1; i >= 1; i--) {
    try {
      renameSync(`${path}.${i}`, `${path}.${i + 1}`);
    } catch {
      // Not so many yet.
    }
  }
  renameSync(path, `${path}.1`);
}

const lineOf = (n: number): string =>
  `level=info n=${n} msg="request served" path=/api/items/${n % 997} took=${(n * 31) % 500}ms\n`;
