// Bytes into lines. A line ends with LF or CR LF; what follows the last one is left for later, unless the
// file is at its end. Lines that are too long are cut between characters.
import type { TextForm } from './text-form.ts';

export interface SplitLines {
  readonly lines: string[];
  /** Of each line, among the bytes that were given. */
  readonly starts: number[];
  /** Bytes up to the first that is in no line. */
  readonly consumed: number;
}

export interface SplitOptions {
  readonly form: TextForm;
  readonly lineBytesMax: number;
  /** No newline is going to follow: what is left is a line. */
  readonly isEnd: boolean;
}

export function splitLines(bytes: Buffer, { form, lineBytesMax, isEnd }: SplitOptions): SplitLines {
  const { unit } = form;
  const lines: string[] = [];
  const starts: number[] = [];
  const push = (from: number, to: number): void => {
    lines.push(form.decode(bytes, from, to));
    starts.push(from);
  };
  let at = 0;
  while (at < bytes.length) {
    const newline = findNewline(bytes, at, form);
    const end = newline < 0 ? bytes.length : newline;
    if (end - at > lineBytesMax) {
      const cut = cutBetweenCharacters(bytes, at, lineBytesMax, form);
      push(at, cut);
      at = cut;
    } else if (newline >= 0) {
      push(at, isReturn(bytes, newline - unit, at, form) ? newline - unit : newline);
      at = newline + unit;
    } else {
      if (!isEnd) break;
      push(at, end);
      at = end;
    }
  }
  return { lines, starts, consumed: at };
}

function findNewline(bytes: Buffer, from: number, { unit, isBigEndian }: TextForm): number {
  if (unit === 1) return bytes.indexOf(0x0a, from);
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    const start = isBigEndian ? at - 1 : at;
    const other = isBigEndian ? at - 1 : at + 1;
    if ((start - from) % 2 === 0 && bytes[other] === 0) return start;
  }
  return -1;
}

function isReturn(
  bytes: Buffer,
  at: number,
  from: number,
  { unit, isBigEndian }: TextForm,
): boolean {
  if (at < from) return false;
  if (unit === 1) return bytes[at] === 0x0d;
  return bytes[isBigEndian ? at + 1 : at] === 0x0d && bytes[isBigEndian ? at : at + 1] === 0;
}

/** At least one character further than `from`, however small the limit is. */
function cutBetweenCharacters(bytes: Buffer, from: number, max: number, form: TextForm): number {
  if (form.unit === 2) {
    const cut = from + Math.max(max - (max % 2), 2);
    const high = bytes[form.isBigEndian ? cut : cut + 1] ?? 0;
    return high >= 0xdc && high <= 0xdf && cut - 2 > from ? cut - 2 : cut;
  }
  const cut = from + Math.max(max, 1);
  if (!form.isUtf8) return cut;
  for (let at = cut; at > cut - 4 && at > from; at--) {
    if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at;
  }
  return cut;
}
