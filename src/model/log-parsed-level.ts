// The label `level` that `| json` and `| logfmt` make of a line, found in its bytes when it comes in:
// what counts by level ask for, without reading lines. Column `parsed_level` of otel_logs holds one of:
//
//   ''         nothing is known: parse the line
//   j<value>   `| json` gives level=<value>; `| logfmt` has to parse
//   l<value>   `| logfmt` gives level=<value>; `| json` gives no `level`
//   n          neither gives a `level`
//   t          `| json` gives none; `| logfmt` has to parse
//
// Exactly what the stages in src/query/logql/stage give, of broken lines too: those yield the fields
// before the break. Nothing is said of other labels, nor of __error__.

/** A character code of j, l, n, t, or 0. */
export const levelState = { json: 0x6a, logfmt: 0x6c, none: 0x6e, text: 0x74, unknown: 0 } as const;

/** Longer values are not kept: a level is a word. */
export const levelBytesMax = 32;

const quote = 0x22;
const backslash = 0x5c;
const equals = 0x3d;

/** Finds what is known of a line; the answer lies in `state`, and its value from `from` up to `to`. */
export class ParsedLevelFinder {
  state: number = levelState.unknown;
  from = 0;
  to = 0;

  find(bytes: Uint8Array, from: number, to: number): void {
    this.from = this.to = 0;
    const start = passBlanks(bytes, from, to);
    const isJson = start < to && bytes[start] === 0x7b;
    const isFound = isJson
      ? this.#findInJson(bytes, start + 1, to)
      : this.#findInLogfmt(bytes, from, to);
    if (isFound && this.to - this.from <= levelBytesMax) {
      this.state = isJson ? levelState.json : levelState.logfmt;
      return;
    }
    this.from = this.to = 0;
    if (hasNoLevel(bytes, from, to)) this.state = levelState.none;
    else this.state = isJson ? levelState.unknown : levelState.text;
  }

  /** From behind the brace to the value of the key `level`. Gives up at anything that is not plain. */
  #findInJson(bytes: Uint8Array, from: number, to: number): boolean {
    let at = passBlanks(bytes, from, to);
    while (at < to && bytes[at] === quote) {
      const keyFrom = at + 1;
      const keyTo = plainEnd(bytes, keyFrom, to);
      // The parser takes blanks away around a key.
      if (keyTo < 0 || bytes[keyFrom] === 0x20 || bytes[keyTo - 1] === 0x20) return false;
      at = passBlanks(bytes, keyTo + 1, to);
      if (at >= to || bytes[at] !== 0x3a) return false;
      at = passBlanks(bytes, at + 1, to);
      const end = scalarEnd(bytes, at, to);
      if (end < 0) return false;
      if (keyTo - keyFrom === 5 && isLevelAt(bytes, keyFrom) && bytes[at] !== 0x6e) {
        const isText = bytes[at] === quote;
        this.from = isText ? at + 1 : at;
        this.to = isText ? end - 1 : end;
        return !isText || plainEnd(bytes, this.from, to) === this.to;
      }
      at = passBlanks(bytes, end, to);
      if (at >= to || bytes[at] !== 0x2c) return false;
      at = passBlanks(bytes, at + 1, to);
    }
    return false;
  }

  /** Up to the pair `level=…`. Gives up at anything that is not plain. */
  #findInLogfmt(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from;
    for (;;) {
      while (at < to && (bytes[at] as number) <= 0x20) at++;
      const keyFrom = at;
      while (at < to && isKeyByte(bytes[at] as number)) at++;
      if (at >= to) return false;
      if ((bytes[at] as number) <= 0x20) continue;
      if (bytes[at] !== equals || at === keyFrom) return false;
      const isLevel = at - keyFrom === 5 && isLevelAt(bytes, keyFrom);
      at++;
      const isQuoted = at < to && bytes[at] === quote;
      if (isQuoted) at++;
      const valueFrom = at;
      if (isQuoted) {
        at = plainEnd(bytes, at, to);
        if (at < 0) return false;
      } else {
        while (at < to && isKeyByte(bytes[at] as number)) at++;
        if (at < to && (bytes[at] as number) > 0x20) return false;
      }
      // A pair without a value is no label.
      if (isLevel && at > valueFrom) {
        this.from = valueFrom;
        this.to = at;
        return true;
      }
      if (isQuoted) at++;
    }
  }
}

/** What neither ends a word of logfmt nor is beyond ASCII. */
const isKeyByte = (byte: number): boolean =>
  byte > 0x20 && byte < 0x80 && byte !== equals && byte !== quote;

/** Neither parser can make a label `level` without these five letters, plain or escaped. */
function hasNoLevel(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === 0x76) {
      if (at - from >= 2 && at + 2 < to && isLevelAt(bytes, at - 2)) return false;
    } else if (byte === backslash && bytes[at + 1] === 0x75) return false;
  }
  return true;
}

const isLevelAt = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x6c &&
  bytes[at + 1] === 0x65 &&
  bytes[at + 2] === 0x76 &&
  bytes[at + 3] === 0x65 &&
  bytes[at + 4] === 0x6c;

/** The closing quote of a text of printable ASCII without escapes; -1 for any other. */
function plainEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) return at;
    if (byte === backslash || byte < 0x20 || byte >= 0x80) return -1;
  }
  return -1;
}

/** The place behind a text, number, true, false or null; -1 for anything else. */
function scalarEnd(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return -1;
  switch (bytes[from]) {
    case quote:
      for (let at = from + 1; at < to; at++) {
        if (bytes[at] === quote) return at + 1;
        if (bytes[at] === backslash) at++;
      }
      return -1;
    case 0x74:
      return wordEnd(bytes, from, to, 'true');
    case 0x66:
      return wordEnd(bytes, from, to, 'false');
    case 0x6e:
      return wordEnd(bytes, from, to, 'null');
    default:
      return numberEnd(bytes, from, to);
  }
}

function wordEnd(bytes: Uint8Array, from: number, to: number, word: string): number {
  const end = from + word.length;
  if (end >= to || !isValueEnd(bytes[end] as number)) return -1;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return -1;
  return end;
}

function numberEnd(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] as number;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return -1;
  for (let at = from + 1; at < to; at++) {
    const byte = bytes[at] as number;
    if (isValueEnd(byte)) return at;
    // Digits, a point, signs and exponents.
    if (!((byte >= 0x30 && byte <= 0x39) || '.-+eE'.includes(String.fromCharCode(byte)))) return -1;
  }
  return -1;
}

const isValueEnd = (byte: number): boolean => byte === 0x2c || byte === 0x7d || isBlank(byte);

const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

function passBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at] as number)) at++;
  return at;
}
