// A JSON scanner that goes on as far as the text is right: fields before a break are still found.
// It gives raw slices; nothing is built that nobody asked for.

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

export interface JsonField {
  readonly key: string;
  readonly kind: JsonKind;
  /** Of the value in the text; for strings without the quotes. */
  readonly from: number;
  readonly to: number;
}

/** Where the text stops being JSON. */
export class JsonBreak extends Error {
  /** The text ended where another field or the end of the object should be. */
  readonly isCutShort: boolean;
  constructor(isCutShort = false) {
    super('not JSON');
    this.isCutShort = isCutShort;
  }
}

/** The break in the words of Loki's JSON parser. */
export const describeBreak = ({ isCutShort }: JsonBreak): string =>
  isCutShort
    ? "Value is array, but can't find closing ']' symbol"
    : "Value looks like object, but can't find closing '}' symbol";

const blank = /[ \t\r\n]*/y;

export function skipBlank(text: string, at: number): number {
  blank.lastIndex = at;
  blank.test(text);
  return blank.lastIndex;
}

/** The fields of the object that starts at `at`. Throws JsonBreak where the text stops being JSON. */
export function* objectFields(text: string, at: number): Generator<JsonField, number> {
  let next = skipBlank(text, at + 1);
  if (text[next] === '}') return next + 1;
  for (;;) {
    if (text[next] !== '"') throw new JsonBreak();
    const keyEnd = stringEnd(text, next);
    const key = unescapeJson(text.slice(next + 1, keyEnd));
    next = skipBlank(text, keyEnd + 1);
    if (text[next] !== ':') throw new JsonBreak();
    next = skipBlank(text, next + 1);
    const [kind, end] = scanValue(text, next);
    yield kind === 'string'
      ? { key, kind, from: next + 1, to: end - 1 }
      : { key, kind, from: next, to: end };
    next = skipBlank(text, end);
    if (text[next] === '}') return next + 1;
    if (text[next] !== ',') throw new JsonBreak(next >= text.length);
    next = skipBlank(text, next + 1);
  }
}

/** The kind of the value at `at` and the place after it. */
export function scanValue(text: string, at: number): [JsonKind, number] {
  const char = text[at];
  if (char === '"') return ['string', stringEnd(text, at) + 1];
  if (char === '{') return ['object', containerEnd(text, at)];
  if (char === '[') return ['array', containerEnd(text, at)];
  const word = /[^\s,\]}:"[{]+/y;
  word.lastIndex = at;
  const found = word.exec(text)?.[0];
  if (found === undefined) throw new JsonBreak();
  const end = at + found.length;
  if (found === 'true' || found === 'false') return ['boolean', end];
  if (found === 'null') return ['null', end];
  if (/^[-\d]/.test(found)) return ['number', end];
  throw new JsonBreak();
}

/** The items of the array that starts at `at`. */
export function* arrayItems(text: string, at: number): Generator<Omit<JsonField, 'key'>> {
  let next = skipBlank(text, at + 1);
  if (text[next] === ']') return;
  for (;;) {
    const [kind, end] = scanValue(text, next);
    yield kind === 'string' ? { kind, from: next + 1, to: end - 1 } : { kind, from: next, to: end };
    next = skipBlank(text, end);
    if (text[next] === ']') return;
    if (text[next] !== ',') throw new JsonBreak();
    next = skipBlank(text, next + 1);
  }
}

function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i;
  }
  throw new JsonBreak();
}

/** The place after the bracket that closes the one at `at`; strings are skipped. */
function containerEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = stringEnd(text, i);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  throw new JsonBreak();
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The text of a JSON string; what is no Unicode becomes a blank, as in Loki. */
export function unescapeJson(raw: string): string {
  const text = raw.includes('\\')
    ? raw.replace(/\\(?:u([\da-fA-F]{4})|([\s\S]))/g, (_, hex, simple) =>
        hex === undefined
          ? (escapes[simple] ?? simple)
          : String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : raw;
  return text.replaceAll('\ufffd', ' ');
}
