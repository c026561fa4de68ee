// Durations and sizes as people write them in configuration: `15s`, `1h30m`, `7d`; `64MiB`, `1GB`.
// Prometheus's units (a day is 24 h, a week 7 d, a year 365 d); sizes are binary with an i, decimal without.
import { InputError } from './errors.ts';

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Milliseconds of `text`; `0` needs no unit. Throws InputError `invalid_duration`. */
export function parseDurationMs(text: string): number {
  if (text === '0') return 0;
  const whole = /^(?:\d+(?:ms|s|m|h|d|w|y))+$/.test(text);
  if (!whole) {
    throw new InputError('invalid_duration', `'${text}' is no duration`, {
      hint: 'Write a number and a unit, like 15s, 1h30m or 7d.',
    });
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h|d|w|y)/g)) {
    total += Number(amount) * (unitMs[unit as string] as number);
  }
  return total;
}

/** The shortest exact spelling: 90000 → `1m30s`. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = durationMs;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitMs[unit] as number;
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text;
}

const sizeUnits: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes of `text`. Throws InputError `invalid_size`. */
export function parseSizeBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match ? sizeUnits[(match[2] as string).toLowerCase()] : undefined;
  if (!match || unit === undefined) {
    throw new InputError('invalid_size', `'${text}' is no size`, {
      hint: 'Write a number and a unit, like 512MiB or 2GB.',
    });
  }
  return Math.round(Number(match[1]) * unit);
}
