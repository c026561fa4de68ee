// Texts as numbers, durations and sizes the way Go's packages read them, with their words for what is
// wrong: strconv.ParseFloat, time.ParseDuration, and humanize.ParseBytes.
import { quoteGo } from '#lib/gotemplate/format-value.ts';
import { parseFloat64 } from '../syntax/literal.ts';

export type Reading = { readonly value: number } | { readonly fault: string };

export const isFault = (reading: Reading): reading is { readonly fault: string } =>
  'fault' in reading;

/** `1.5`, `1e3`, `0x1p4`, `Inf`, `NaN`. */
export function readFloat(text: string): Reading {
  const value = parseFloat64(text);
  const problem = (what: string): Reading => ({
    fault: `strconv.ParseFloat: parsing ${quoteGo(text)}: ${what}`,
  });
  if (value === undefined) return problem('invalid syntax');
  const isTooLarge = !Number.isFinite(value) && /\d/.test(text);
  return isTooLarge ? problem('value out of range') : { value };
}

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

/** `1h30m`, `-1.5s`, `0` in nanoseconds. */
export function readDuration(text: string): Reading {
  const invalid: Reading = { fault: `time: invalid duration ${quoteGo(text)}` };
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return { value: 0 };
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const count = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (count === undefined) return invalid;
    rest = rest.slice(count.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return { fault: `time: missing unit in duration ${quoteGo(text)}` };
    const nanos = Object.hasOwn(nanosOf, unit) ? nanosOf[unit] : undefined;
    if (nanos === undefined) {
      return { fault: `time: unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}` };
    }
    rest = rest.slice(unit.length);
    total += nanosOfCount(count, nanos);
    if (total >= 2 ** 63) return invalid;
  }
  return { value: sign * total };
}

/** Whole and fraction apart: `0.1s` is not a nanosecond less than it says. */
function nanosOfCount(count: string, nanos: number): number {
  const [whole = '', fraction = ''] = count.split('.');
  const part = fraction === '' ? 0 : Math.trunc((Number(fraction) / 10 ** fraction.length) * nanos);
  return Number(whole) * nanos + part;
}

const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };

/** `20MB`, `5 KiB`, `1,024`, in bytes. */
export function readBytes(text: string): Reading {
  const digits = /^[\p{Nd}.,]*/u.exec(text)?.[0] ?? '';
  const count = readFloat(digits.replaceAll(',', ''));
  if (isFault(count)) return count;
  const unit = text.slice(digits.length).trim().toLowerCase();
  const found = /^(?:([kmgtpe]?)(i?)b|([kmgtpe]?)(i?))$/.exec(unit);
  const prefix = found?.[1] ?? found?.[3] ?? '';
  const isBinary = (found?.[2] ?? found?.[4] ?? '') !== '';
  if (!found || (isBinary && prefix === '')) return { fault: `unhandled size name: ${unit}` };
  const bytes = count.value * (isBinary ? 1024 : 1000) ** (powers[prefix] as number);
  return bytes >= 2 ** 64 ? { fault: `too large: ${text}` } : { value: Math.trunc(bytes) };
}
