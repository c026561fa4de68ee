// The formats of `timestamp`: Go layouts, their names, and Unix times in four units.
// https://grafana.com/docs/loki/latest/send-data/promtail/stages/timestamp/
import type { Clock } from '#lib/clock.ts';
import { namedLayouts } from '#lib/go-time/layout.ts';
import { compileLayout } from '#lib/go-time/parse-time.ts';
import { utc, type Zone } from '#lib/go-time/zone.ts';
import { parseRfc3339 } from './rfc3339.ts';

/** Nanoseconds since 1970; undefined when the text does not follow the format. */
export type ReadTime = (text: string) => bigint | undefined;

/** The format is no name of a time without a zone in it: then `zone` counts. */
export function compileTimeFormat(format: string, zone: Zone | undefined, clock: Clock): ReadTime {
  const unit = unitNano[format];
  if (unit !== undefined) return (text) => scaled(text, unit);
  if (format === 'Unix') return readUnixSeconds;
  const named = Object.hasOwn(namedLayouts, format) ? namedLayouts[format] : undefined;
  const layout = named ?? format;
  if (!layout.includes('06')) return withoutYear(layout, zone, clock);
  const parse = compileLayout(layout, named === undefined ? zone : utc);
  const general = remembering((text) => parse(text)?.unixNano);
  const isRfc3339 = layout === namedLayouts['RFC3339'] || layout === namedLayouts['RFC3339Nano'];
  return isRfc3339 ? (text) => parseRfc3339(text) ?? general(text) : general;
}

/** Lines of the same moment come together. */
function remembering(read: ReadTime): ReadTime {
  let lastText: string | undefined;
  let lastNano: bigint | undefined;
  return (text) => {
    if (text !== lastText) {
      lastNano = read(text);
      lastText = text;
    }
    return lastNano;
  };
}

const unitNano: Readonly<Record<string, bigint>> = {
  UnixMs: 1_000_000n,
  UnixUs: 1000n,
  UnixNs: 1n,
};

const integer = /^[+-]?\d{1,19}$/;

function scaled(text: string, unit: bigint): bigint | undefined {
  return integer.test(text) ? BigInt(text.replace(/^\+/, '')) * unit : undefined;
}

function readUnixSeconds(text: string): bigint | undefined {
  const point = text.indexOf('.');
  if (point < 0) return scaled(text, 1_000_000_000n);
  const seconds = scaled(text.slice(0, point), 1_000_000_000n);
  const fraction = text.slice(point + 1);
  if (seconds === undefined || !/^\d{1,18}$/.test(fraction)) return undefined;
  return seconds + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** The year is that of now; around New Year it is the one next to it where that is nearer. Undefined
 * for a layout that has a year after all. */
function withoutYear(layout: string, zone: Zone | undefined, clock: Clock): ReadTime {
  const yearOf = (month: number): number => {
    const now = new Date(clock.nowMs());
    const thisMonth = now.getUTCMonth() + 1;
    if (month === 12 && thisMonth === 1) return now.getUTCFullYear() - 1;
    if (month === 1 && thisMonth === 12) return now.getUTCFullYear() + 1;
    return now.getUTCFullYear();
  };
  const parse = compileLayout(layout, zone, yearOf);
  return (text) => parse(text)?.unixNano;
}
