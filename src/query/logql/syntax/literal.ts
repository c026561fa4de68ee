// Durations, byte sizes and numbers: of queries, and of label values that a filter or an unwrap
// compares. Durations follow Go's time.ParseDuration plus d, w and y.

const nanosOf: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const calendarNanosOf: Readonly<Record<string, number>> = {
  ...nanosOf,
  d: 86_400e9,
  w: 604_800e9,
  y: 31_536_000e9,
};

/** Nanoseconds of `1h30m`, `-1.5s`, `0`; undefined when it is no duration. */
export function parseDurationNano(
  text: string,
  options: { calendarUnits?: boolean } = {},
): number | undefined {
  const units = options.calendarUnits === false ? nanosOf : calendarNanosOf;
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (!/^((\d+\.?\d*|\.\d+)[a-zµμ]+)+$/.test(rest)) return undefined;
  let total = 0;
  for (const [, count, unit] of rest.matchAll(/(\d+\.?\d*|\.\d+)([a-zµμ]+)/g)) {
    const nanos = unitIn(units, unit as string);
    if (nanos === undefined) return undefined;
    total += Math.trunc(Number(count) * nanos);
  }
  return sign * total;
}

/** Only of what is in the list: objects have other properties too. */
const unitIn = (list: Readonly<Record<string, number>>, unit: string): number | undefined =>
  Object.hasOwn(list, unit) ? list[unit] : undefined;

const promUnits = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;

/** Nanoseconds of a duration as Prometheus has them: whole numbers, each unit once, largest first. */
export function parsePromDurationNano(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(\d+[a-z]+)+$/.test(text)) return undefined;
  let total = 0;
  let last = -1;
  for (const [, count, unit] of text.matchAll(/(\d+)([a-z]+)/g)) {
    const place = (promUnits as readonly string[]).indexOf(unit as string);
    if (place <= last) return undefined;
    last = place;
    total += Number(count) * (calendarNanosOf[unit as string] as number);
  }
  return total < 2 ** 63 ? total : undefined;
}

/** Why it is no duration, in Prometheus's words. */
export function durationFault(text: string): string {
  if (text === '') return 'empty duration string';
  for (let rest = text; ; ) {
    const [piece, unit] = /^\d+([^\d]+)/.exec(rest) ?? [];
    if (piece === undefined) break;
    if (!/^(y|w|d|h|m|s|ms)$/.test(unit as string)) {
      return `unknown unit ${JSON.stringify(unit as string)} in duration ${JSON.stringify(text)}`;
    }
    rest = rest.slice(piece.length);
  }
  return `not a valid duration string: ${JSON.stringify(text)}`;
}

const bytesOf: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  k: 1e3,
  mb: 1e6,
  m: 1e6,
  gb: 1e9,
  g: 1e9,
  tb: 1e12,
  t: 1e12,
  pb: 1e15,
  p: 1e15,
  eb: 1e18,
  e: 1e18,
  kib: 1024,
  ki: 1024,
  mib: 1024 ** 2,
  mi: 1024 ** 2,
  gib: 1024 ** 3,
  gi: 1024 ** 3,
  tib: 1024 ** 4,
  ti: 1024 ** 4,
  pib: 1024 ** 5,
  pi: 1024 ** 5,
  eib: 1024 ** 6,
  ei: 1024 ** 6,
};

/** Bytes of `20MB`, `5 KiB`, `1,024`; undefined when it is no size. */
export function parseByteSize(text: string): number | undefined {
  const match = /^([\d.,]+)\s*([a-zA-Z]*)\s*$/.exec(text);
  if (!match) return undefined;
  const count = Number((match[1] as string).replaceAll(',', ''));
  const unit = unitIn(bytesOf, (match[2] as string).toLowerCase());
  if (unit === undefined || Number.isNaN(count)) return undefined;
  return Math.trunc(count * unit);
}

/** A number as Go's strconv.ParseFloat reads it; undefined when it is none. */
export function parseFloat64(text: string): number | undefined {
  if (/^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && !text.includes('_')) {
    return Number(text);
  }
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const hex = /^([+-]?)0[xX]([\da-fA-F]+)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/.exec(text);
  if (!hex) return undefined;
  const fraction = hex[3] ?? '';
  const mantissa = Number.parseInt(hex[2] + fraction, 16);
  const value = mantissa * 2 ** (Number(hex[4]) - 4 * fraction.length);
  return hex[1] === '-' ? -value : value;
}

const units: readonly (readonly [string, bigint])[] = [
  ['y', 31_536_000_000_000_000n],
  ['w', 604_800_000_000_000n],
  ['d', 86_400_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1000n],
  ['ns', 1n],
];

/** As Loki spells a range: years and weeks only where nothing remains (90d, not 12w6d). */
export function formatDurationNano(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  let rest = nanos < 0n ? -nanos : nanos;
  let text = nanos < 0n ? '-' : '';
  for (const [unit, size] of units) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0n) continue;
    if (rest >= size) text += `${rest / size}${unit}`;
    rest %= size;
  }
  return text;
}
