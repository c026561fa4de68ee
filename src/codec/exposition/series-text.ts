// From places in a page to labels.
import { InputError } from '#lib/errors.ts';
import type { Pairs } from '#model/canonical.ts';
import { formatBound, parseFloatText } from './float.ts';
import type { MetricType } from './page.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text as it is written: `\\`, `\n` and `\"` stand for one character, others for themselves. */
export function unescapedText(bytes: Uint8Array, from: number, to: number): string {
  const text = plainText(bytes, from, to);
  return text.includes('\\') ? unescapeQuoted(text) : text;
}

export function plainText(bytes: Uint8Array, from: number, to: number): string {
  for (let at = from; at < to; at++) {
    if ((bytes[at] as number) >= 0x80) return utf8.decode(bytes.subarray(from, to));
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

export const unescapeQuoted = (text: string): string =>
  text.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));

/** Help of the text format 0.0.4 has no escaped quotes. */
export const unescapeHelp = (text: string): string =>
  text.replace(/\\([\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));

/** Sorted by name, without empty values; a name that comes twice breaks the page. */
export function finishLabels(labels: [string, string][]): Pairs {
  const present = labels.filter(([, value]) => value !== '');
  present.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (let i = 1; i < present.length; i++) {
    const name = present[i]?.[0];
    if (name === present[i - 1]?.[0]) {
      throw new InputError('exposition_malformed', `label name "${name}" comes twice in a series`);
    }
  }
  return present;
}

/** Bounds of classic histograms and quantiles of summaries are written one way, however they came. */
export function normalizedValue(type: MetricType, name: string, value: string): string {
  const isBound =
    (type === 'histogram' && name === 'le') || (type === 'summary' && name === 'quantile');
  if (!isBound) return value;
  const number = parseFloatText(value);
  return number === undefined ? value : formatBound(number);
}
