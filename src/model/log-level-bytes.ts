// The level of a line from its bytes: what levelOfLine (log-level.ts) says of its text, without a
// regular expression and mostly without going further than the level itself.
import { levelSpellings, pinoLevels, unknownLevel } from './log-level.ts';

/** All that can be answered: `levelOfBytes` gives an index of these. */
export const lineLevels: readonly string[] = [
  unknownLevel,
  ...levelSpellings.map(([level]) => level),
];

const codes = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0));

/** Lengths first, so that few comparisons are made. */
const spellings = levelSpellings.flatMap(([level, texts]) =>
  texts.map((text) => ({ text: codes(text), index: lineLevels.indexOf(level) })),
);
const spellingsByLength = byLength(spellings);

const wordSpellings = new Set('trace debug info warn warning error err critical fatal'.split(' '));
const words = levelSpellings.flatMap(([level, texts]) =>
  texts
    .filter((text) => wordSpellings.has(text))
    .map((text) => ({ text: codes(text), index: lineLevels.indexOf(level) })),
);
const wordsByLength = byLength(words);
const wordLengthMax = wordsByLength.length - 1;

interface Spelling {
  readonly text: readonly number[];
  readonly index: number;
}

function byLength(all: readonly Spelling[]): readonly (readonly Spelling[])[] {
  const longest = Math.max(...all.map(({ text }) => text.length));
  return Array.from({ length: longest + 1 }, (_, size) =>
    all.filter(({ text }) => text.length === size),
  );
}

const fieldNames = [
  'level',
  'lvl',
  'severity',
  'log.level',
  'loglevel',
  'severitytext',
  'severity_text',
].map(codes);
const pinoName = codes('level');
const pinoStart = codes('{"level":');
const pinoTime = codes('0,"time":');
/** By the digit in front of the 0. */
const pinoDigits = [...'0123456'].map((digit) => {
  const known = pinoLevels.find(([number]) => number === `${digit}0`);
  return known ? lineLevels.indexOf(known[1]) : 0;
});

const isWord = new Uint8Array(256);
const isLetter = new Uint8Array(256);
/** What may stand in front of a field: line start, blanks, `{`, `,`, `"`. */
const isBorder = new Uint8Array(256);
/** The second letters of the names of fields. */
const isSecond = new Uint8Array(256);
for (const letter of 'evoEVO') isSecond[letter.charCodeAt(0)] = 1;
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (byte < 0x80 && /\w/.test(char)) isWord[byte] = 1;
  if (byte < 0x80 && /[a-z]/i.test(char)) isLetter[byte] = 1;
  if (/[ \t\n{,"]/.test(char)) isBorder[byte] = 1;
}

const quote = 0x22;
const lowerL = 0x6c;
const lowerS = 0x73;

/** The index in `lineLevels` of the level of a line. */
export function levelOfBytes(bytes: Uint8Array, from: number, to: number): number {
  if (isExactlyAt(bytes, from, to, pinoStart)) {
    const at = from + pinoStart.length;
    const pino = pinoDigits[(bytes[at] as number) - 0x30] ?? 0;
    if (pino > 0 && isExactlyAt(bytes, at + 1, to, pinoTime)) return pino;
  }
  for (let at = from; at < to; at++) {
    const lower = (bytes[at] as number) | 0x20;
    if (lower !== lowerL && lower !== lowerS) continue;
    if (isSecond[bytes[at + 1] as number] === 0) continue;
    if (at > from && isBorder[bytes[at - 1] as number] === 0) continue;
    const value = fieldValueAt(bytes, at, to);
    if (value < 0) continue;
    const level = spelled(bytes, value, letterEnd(bytes, value, to), spellingsByLength);
    if (level > 0) return level;
    break;
  }
  return wordLevel(bytes, from, to) || numberLevel(bytes, from, to);
}

/** Where the letters of the value begin when a level field begins at `at`, else -1. */
function fieldValueAt(bytes: Uint8Array, at: number, to: number): number {
  for (const name of fieldNames) {
    if (!isTextAt(bytes, at, to, name)) continue;
    let next = at + name.length;
    if (next < to && bytes[next] === quote) next++;
    next = passBlanks(bytes, next, to);
    if (next >= to || (bytes[next] !== 0x3d && bytes[next] !== 0x3a)) continue;
    next = passBlanks(bytes, next + 1, to);
    if (next < to && bytes[next] === quote) next++;
    if (next < to && isLetter[bytes[next] as number] === 1) return next;
  }
  return -1;
}

function wordLevel(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    while (at < to && isWord[bytes[at] as number] === 0) at++;
    const start = at;
    while (at < to && isWord[bytes[at] as number] === 1) at++;
    if (at - start < 3 || at - start > wordLengthMax) continue;
    const level = spelled(bytes, start, at, wordsByLength);
    if (level > 0) return level;
  }
  return 0;
}

/** Pino's `"level":50`, anywhere; for 30 see `levelNumber`. */
function numberLevel(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    if (bytes[at] !== lowerL || bytes[at - 1] !== quote) continue;
    if (!isExactlyAt(bytes, at, to, pinoName) || bytes[at + 5] !== quote) continue;
    let next = passBlanks(bytes, at + 6, to);
    if (next >= to || bytes[next] !== 0x3a) continue;
    next = passBlanks(bytes, next + 1, to);
    const digit = bytes[next] as number;
    if (next + 1 >= to || digit < 0x31 || digit > 0x36 || bytes[next + 1] !== 0x30) continue;
    const end = passBlanks(bytes, next + 2, to);
    if (end >= to || (bytes[end] !== 0x2c && bytes[end] !== 0x7d)) continue;
    if (digit !== 0x33) return pinoDigits[digit - 0x30] as number;
  }
  return 0;
}

function spelled(
  bytes: Uint8Array,
  from: number,
  to: number,
  known: readonly (readonly Spelling[])[],
): number {
  const candidates = known[to - from];
  if (!candidates) return 0;
  for (const { text, index } of candidates) if (isTextAt(bytes, from, to, text)) return index;
  return 0;
}

/** Letters in any case. */
function isTextAt(bytes: Uint8Array, at: number, to: number, lower: readonly number[]): boolean {
  if (at + lower.length > to) return false;
  for (let i = 0; i < lower.length; i++) {
    const wanted = lower[i] as number;
    const byte = bytes[at + i] as number;
    if (byte !== wanted && (isLetter[byte] === 0 || (byte | 0x20) !== wanted)) return false;
  }
  return true;
}

function isExactlyAt(bytes: Uint8Array, at: number, to: number, text: readonly number[]): boolean {
  if (at + text.length > to) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function passBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  return at;
}

function letterEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isLetter[bytes[at] as number] === 1) at++;
  return at;
}
