// Values that stages find in a line.
import { formatFloat } from '#lib/gotemplate/format-float.ts';
import { isUnicode } from './unicode.ts';

/** Null: it was looked for in JSON and is null or not there. */
export type ExtractedValue = string | number | boolean | null;

/** Undefined where there is no text for it. */
export function textOf(value: ExtractedValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatFloat(value, 'f');
  if (typeof value === 'boolean') return String(value);
  return undefined;
}

/** The text as a label may have it: valid Unicode. */
export function labelTextOf(value: ExtractedValue | undefined): string | undefined {
  const text = textOf(value);
  return text !== undefined && isUnicode(text) ? text : undefined;
}

/** Labels in one text that is the same for equal labels. */
export function labelsKey(labels: ReadonlyMap<string, string>): string {
  if (labels.size === 0) return '';
  const pairs: string[] = [];
  for (const [name, value] of labels) pairs.push(`${name}\u0000${value}`);
  if (pairs.length > 1) pairs.sort();
  return pairs.join('\u0001');
}

/** The same, and other for another order: of a stream the labels come in one order. */
export function streamKey(labels: ReadonlyMap<string, string>): string {
  let key = '';
  for (const [name, value] of labels) key += `${name}\u0000${value}\u0001`;
  return key;
}

const byteCounter = new TextEncoder();
const textDecoder = new TextDecoder();

/** In UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** The first so many bytes of UTF-8; a character that is cut goes away as a whole. */
export function cutBytes(text: string, bytesMax: number): string {
  if (byteLength(text) <= bytesMax) return text;
  const bytes = byteCounter.encode(text);
  let end = bytesMax;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return textDecoder.decode(bytes.subarray(0, end));
}
