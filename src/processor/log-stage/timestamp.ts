// `timestamp`: a value becomes the time of the line.
import { zoneNamed } from '#lib/go-time/zone.ts';
import { Lru } from '#lib/lru.ts';
import type { TimestampStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageEntry } from './definition.ts';
import { compileTimeFormat, type ReadTime } from './time-format.ts';
import { streamKey, textOf } from './value.ts';

/** Streams whose last time is remembered, per stage. */
export const fudgedStreamsMax = 10_000;

export const timestamp = defineStage<TimestampStage>({
  kind: 'timestamp',
  doc: 'Takes the time of the line from a value, by a Go layout or as a Unix time.',
  example: '- timestamp:\n    source: time\n    format: RFC3339Nano',
  prepare: (config) => {
    const { source, format, location, fallbackFormats } = config;
    if (source === '') {
      throw invalid('timestamp source value is required if timestamp is specified');
    }
    if (format === '') throw invalid('timestamp format is required');
    const zone = location === undefined ? undefined : zoneNamed(location);
    if (location !== undefined && !zone) {
      throw invalid(`invalid location specified: there is no time zone '${location}'`);
    }
    return ({ clock, onFailure }, next) => {
      const readers = [format, ...fallbackFormats].map((known) =>
        compileTimeFormat(known, zone, clock),
      );
      const settle = config.onFailure === 'fudge' ? createFudge() : setTime;
      return (entry) => {
        const text = textOf(entry.extracted.get(source));
        const timeNano = text === undefined ? undefined : firstOf(readers, text);
        settle(entry, timeNano);
        if (timeNano === undefined) onFailure('timestamp');
        next(entry);
      };
    };
  },
});

function firstOf(readers: readonly ReadTime[], text: string): bigint | undefined {
  for (const read of readers) {
    const timeNano = read(text);
    if (timeNano !== undefined) return timeNano;
  }
  return undefined;
}

type Settle = (entry: StageEntry, timeNano: bigint | undefined) => void;

const setTime: Settle = (entry, timeNano) => {
  if (timeNano !== undefined) entry.timeNano = timeNano;
};

/** A line without a time of its own comes a nanosecond after the last one of its labels. */
export function createFudge(): Settle {
  const lastTimes = new Lru<string, bigint>(fudgedStreamsMax);
  return (entry, timeNano) => {
    const key = streamKey(entry.labels);
    const last = timeNano === undefined ? lastTimes.get(key) : undefined;
    const known = timeNano ?? (last === undefined ? undefined : last + 1n);
    if (known === undefined) return;
    entry.timeNano = known;
    lastTimes.set(key, known);
  };
}
