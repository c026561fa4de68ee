// How much a selector matches: index/stats, index/volume and index/volume_range. From the table of
// streams and the sizes of bodies; no line is read.
import { msPerDay } from '#model/unit.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import type { Stream, StreamWindow } from '../compile/stream.ts';
import {
  type ChunkRow,
  type StreamVolumeRow,
  selectChunks,
  selectStreamVolumes,
} from '../compile/volume.ts';
import { readStreams } from '../eval/context.ts';
import type { Matcher } from '../syntax/ast.ts';
import { type Chunk, shareOf, toChunk } from './chunk.ts';
import { type SeriesVolume, type VolumeGrouping, VolumeSum } from './series.ts';

export interface LogVolume {
  readonly streams: number;
  readonly chunks: number;
  readonly entries: number;
  readonly bytes: number;
}

/** The volumes of one slot of time, the largest first. */
export interface VolumeSlot {
  /** Last moment of the slot. */
  readonly endMs: number;
  readonly volumes: readonly SeriesVolume[];
}

export interface VolumeQuestion extends VolumeGrouping {
  readonly matchers: readonly Matcher[];
  /** 0n: one slot for the whole range. */
  readonly stepNano: bigint;
}

export interface VolumeContext {
  readonly reader: StoreReader;
  readonly read: ReadOptions;
  /** Sizes as a single process of Loki tells them, see chunk.ts. */
  readonly isStrict: boolean;
}

/** One process of Loki adds up what its ingester says, which knows the store too, and the store. */
const copiesInLoki = 2;
const nanoPerMs = 1_000_000n;
const nanoPerDay = BigInt(msPerDay) * nanoPerMs;
const msPerSecond = 1000;

export async function readStats(
  context: VolumeContext,
  window: StreamWindow,
  matchers: readonly Matcher[],
): Promise<LogVolume> {
  const sums = { streams: 0, chunks: 0, entries: 0, bytes: 0 };
  if (context.isStrict) {
    const { chunks } = await readChunks(context, window, matchers);
    const seen = new Set<bigint>();
    for (const chunk of chunks) {
      const share = shareOf(chunk, toMs(window.fromNano), toMs(window.toNano));
      if (!share) continue;
      seen.add(chunk.streamId);
      sums.chunks++;
      sums.entries += share.entries;
      sums.bytes += share.bytes;
    }
    return { ...sums, streams: seen.size };
  }
  for (const { entries, bytes } of await readVolumes(context, window, matchers, 0n)) {
    sums.streams++;
    sums.chunks++;
    sums.entries += entries;
    sums.bytes += bytes;
  }
  return sums;
}

/** One element per slot, in the order of time. Streams without a target label do not count. */
export async function readVolumeSlots(
  context: VolumeContext,
  window: StreamWindow,
  asked: VolumeQuestion,
): Promise<VolumeSlot[]> {
  const question = { ...asked, matchers: withTargets(asked.matchers, asked.targetLabels) };
  const slots = slotsOf(window, question.stepNano);
  const sums = slots.map(() => new VolumeSum(question, question.matchers));
  if (context.isStrict) await addChunks(context, window, question, slots, sums);
  else await addVolumes(context, window, question, sums);
  return slots.map(({ toMs: endMs }, i) => ({ endMs, volumes: sums[i]?.take() ?? [] }));
}

/** What the selector says about a target label goes before. */
export function withTargets(
  matchers: readonly Matcher[],
  targetLabels: readonly string[],
): readonly Matcher[] {
  const missing = targetLabels.filter((target) => !matchers.some(({ name }) => name === target));
  const span = { from: 0, to: 0 };
  return [
    ...matchers,
    ...missing.map((name) => ({ name, operator: '=~', value: '.+', span }) as const),
  ];
}

async function addVolumes(
  context: VolumeContext,
  window: StreamWindow,
  { matchers, stepNano }: VolumeQuestion,
  sums: readonly VolumeSum[],
): Promise<void> {
  const [streams, rows] = await Promise.all([
    readStreams(context, window, matchers),
    readVolumes(context, window, matchers, stepNano),
  ]);
  const byId = streamsById(streams);
  const first = stepNano > 0n ? window.fromNano / stepNano : 0n;
  for (const row of rows) {
    const stream = byId.get(row.stream_id);
    // The very end may be the first moment of a slot of its own.
    const slot = Math.min(Number(row.slot - first), sums.length - 1);
    if (stream) sums[slot]?.add(stream.labels, row.bytes);
  }
}

const readVolumes = (
  { reader, read }: VolumeContext,
  window: StreamWindow,
  matchers: readonly Matcher[],
  stepNano: bigint,
): Promise<StreamVolumeRow[]> =>
  reader.rows<StreamVolumeRow>(selectStreamVolumes({ ...window, matchers }, stepNano), read);

async function addChunks(
  context: VolumeContext,
  window: StreamWindow,
  { matchers }: VolumeQuestion,
  slots: readonly Slot[],
  sums: readonly VolumeSum[],
): Promise<void> {
  const { chunks, byId } = await readChunks(context, window, matchers);
  for (const chunk of chunks) {
    const stream = byId.get(chunk.streamId);
    for (const [i, slot] of slots.entries()) {
      const share = shareOf(chunk, wholeSeconds(slot.fromMs), wholeSeconds(slot.toMs));
      if (stream && share && share.entries > 0) {
        sums[i]?.add(stream.labels, copiesInLoki * share.bytes);
      }
    }
  }
}

async function readChunks(
  context: VolumeContext,
  window: StreamWindow,
  matchers: readonly Matcher[],
): Promise<{ chunks: Chunk[]; byId: ReadonlyMap<bigint, Stream> }> {
  const days = {
    tenant: window.tenant,
    fromNano: window.fromNano - (window.fromNano % nanoPerDay),
    toNano: window.toNano - (window.toNano % nanoPerDay) + nanoPerDay - 1n,
  };
  const streams = await readStreams(context, days, matchers);
  const byId = streamsById(streams);
  if (streams.length === 0) return { chunks: [], byId };
  const select = selectChunks({ ...days, matchers }, streams);
  const rows = await context.reader.rows<ChunkRow>(select, context.read);
  const none: ReadonlyMap<string, string> = new Map();
  return {
    chunks: rows.map((row) => toChunk(row, byId.get(row.stream_id)?.metadata ?? none)),
    byId,
  };
}

const streamsById = (streams: readonly Stream[]): ReadonlyMap<bigint, Stream> =>
  new Map(streams.map((stream) => [stream.id, stream]));

interface Slot {
  readonly fromMs: number;
  /** Inclusive. */
  readonly toMs: number;
}

/** From multiple to multiple of the step; the first may begin later, the last end earlier. */
function slotsOf({ fromNano, toNano }: StreamWindow, stepNano: bigint): Slot[] {
  if (stepNano <= 0n) return [{ fromMs: toMs(fromNano), toMs: toMs(toNano) }];
  const slots: Slot[] = [];
  for (let start = fromNano - (fromNano % stepNano); start < toNano; start += stepNano) {
    const end = start + stepNano;
    slots.push({
      fromMs: toMs(start < fromNano ? fromNano : start),
      toMs: end >= toNano ? toMs(toNano) : toMs(end) - 1,
    });
  }
  return slots;
}

const toMs = (nano: bigint): number => Number(nano / nanoPerMs);

const wholeSeconds = (ms: number): number => Math.floor(ms / msPerSecond) * msPerSecond;
