// Patterns of what is stored: a sample of the lines goes through the miner, and each sampled line
// stands for as many as there are to one of the sample. So counts are estimates once there are more
// lines than the sample may have; the same question over the same lines has the same answer.
import { createTurns } from '#lib/turns.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import {
  type LineSample,
  type SampledLine,
  selectLineCount,
  selectSample,
} from '../compile/patterns.ts';
import type { StreamWindow } from '../compile/stream.ts';
import { readStreams } from '../eval/context.ts';
import type { Matcher } from '../syntax/ast.ts';
import { type MinedPattern, PatternMiner } from './miner.ts';

export interface PatternContext {
  readonly reader: StoreReader;
  readonly read: ReadOptions;
  /** `query.max_pattern_lines`: lines that are looked at. */
  readonly linesMax: number;
}

/** Of more lines only the bodies of some pieces of time are read. */
const scannedMax = 1_000_000;
/** Lines between two turns of the event loop. */
const linesPerTurn = 1_000;

export interface ReadPatterns {
  /** The most frequent first; `samples` are in steps since 1970. */
  readonly patterns: readonly MinedPattern[];
  /** Lines that there are. */
  readonly total: number;
  /** Lines that were looked at. */
  readonly looked: number;
}

export async function readPatterns(
  context: PatternContext,
  window: StreamWindow,
  matchers: readonly Matcher[],
  stepNano: bigint,
): Promise<ReadPatterns> {
  const { reader, read, linesMax } = context;
  const { tenant, fromNano, toNano } = window;
  const scan = { tenant, fromNano, toNano: toNano + 1n, matchers, conditions: [] };
  const [streams, [counted]] = await Promise.all([
    readStreams(context, window, matchers),
    reader.rows<{ total: number }>(selectLineCount(scan), read),
  ]);
  const total = counted?.total ?? 0;
  if (total === 0 || streams.length === 0) return { patterns: [], total: 0, looked: 0 };
  const sample = sampleOf(total, linesMax);
  const select = selectSample(scan, streams, stepNano, sample);
  const rows = await reader.rows<SampledLine>(select, read);
  const miner = new PatternMiner();
  const turns = createTurns();
  const weight = sample.pieces * sample.lines;
  for (let at = 0; at < rows.length; at += linesPerTurn) {
    await turns.run(() => {
      for (const { body, level, slot } of rows.slice(at, at + linesPerTurn)) {
        miner.add(body, level, Number(slot), weight);
      }
    });
  }
  return { patterns: miner.take(), total: Math.max(total, rows.length), looked: rows.length };
}

export function sampleOf(total: number, linesMax: number): LineSample {
  const pieces = Math.ceil(total / scannedMax);
  return { pieces, lines: Math.max(1, Math.ceil(total / pieces / linesMax)) };
}
