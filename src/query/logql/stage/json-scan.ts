// A JSON scanner that goes on as far as the text is right: fields before a break are still found. It
// is as lenient as Loki's: brackets of other kinds are not counted, and a comma may be the last thing
// in an object. It gives raw slices; nothing is built that nobody asked for.

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

export interface JsonValue {
  readonly kind: JsonKind;
  /** Of the value in the text; for strings without the quotes. */
  readonly from: number;
  readonly to: number;
}

export interface JsonField extends JsonValue {
  readonly key: string;
}

const faults = {
  json: 'Malformed JSON error',
  string: `Value is string, but can't find closing '"' symbol`,
  array: "Value is array, but can't find closing ']' symbol",
  object: "Value looks like object, but can't find closing '}' symbol",
  type: 'Unknown value type',
  escape: 'Encountered an invalid escape sequence in a string',
} as const;

/** Where the text stops being JSON; the message is in the words of Loki's JSON parser. */
export class JsonBreak extends Error {
  constructor(fault: keyof typeof faults) {
    super(faults[fault]);
  }
}

const blank = /[ \t\r\n]*/y;

export function skipBlank(text: string, at: number): number {
  blank.lastIndex = at;
  blank.test(text);
  return blank.lastIndex;
}

/** The fields of the object that starts at `at`. Throws JsonBreak where the text stops being JSON. */
export function* objectFields(text: string, at: number): Generator<JsonField, void> {
  let next = skipBlank(text, at + 1);
  if (next >= text.length) throw new JsonBreak('json');
  while (text[next] !== '}') {
    if (text[next] !== '"') throw new JsonBreak('object');
    const keyEnd = stringEnd(text, next);
    if (keyEnd < 0) throw new JsonBreak('json');
    const key = resolveEscapes(text.slice(next + 1, keyEnd));
    if (key === undefined) throw new JsonBreak('escape');
    next = skipBlank(text, keyEnd + 1);
    if (text[next] !== ':') throw new JsonBreak('json');
    const value = scanValue(text, skipBlank(text, next + 1));
    yield { key, ...value };
    next = skipBlank(text, endOf(value));
    if (next >= text.length) throw new JsonBreak('array');
    if (text[next] === '}') return;
    if (text[next] !== ',') throw new JsonBreak('object');
    next = skipBlank(text, next + 1);
    if (next >= text.length) throw new JsonBreak('array');
  }
}

/** The items of the array that starts at `at`. */
export function* arrayItems(text: string, at: number): Generator<JsonValue> {
  let next = skipBlank(text, at + 1);
  if (text[next] === ']') return;
  for (;;) {
    const value = scanValue(text, next);
    yield value;
    next = skipBlank(text, endOf(value));
    if (text[next] === ']') return;
    if (text[next] !== ',') throw new JsonBreak('array');
    next = skipBlank(text, next + 1);
  }
}

const endOf = ({ kind, to }: JsonValue): number => (kind === 'string' ? to + 1 : to);

const word = /[^ \t\r\n,}\]]*/y;

/** The value at `at`, which is no blank. */
export function scanValue(text: string, at: number): JsonValue {
  switch (text[at]) {
    case undefined:
      throw new JsonBreak('json');
    case '"': {
      const end = stringEnd(text, at);
      if (end < 0) throw new JsonBreak('string');
      return { kind: 'string', from: at + 1, to: end };
    }
    case '{':
      return { kind: 'object', from: at, to: blockEnd(text, at, '{', '}', 'object') };
    case '[':
      return { kind: 'array', from: at, to: blockEnd(text, at, '[', ']', 'array') };
  }
  word.lastIndex = at;
  const found = word.exec(text)?.[0] ?? '';
  const to = at + found.length;
  if (found === 'true' || found === 'false') return { kind: 'boolean', from: at, to };
  if (found === 'null') return { kind: 'null', from: at, to };
  if (/^[-\d]/.test(found)) return { kind: 'number', from: at, to };
  throw new JsonBreak('type');
}

/** Of the quote that closes the string at `at`; -1 when there is none. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i;
  }
  return -1;
}

/** The place after the bracket that closes the one at `at`; strings are skipped. */
function blockEnd(
  text: string,
  at: number,
  open: string,
  close: string,
  kind: 'object' | 'array',
): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      i = stringEnd(text, i);
      if (i < 0) break;
    } else if (char === open) depth++;
    else if (char === close) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  throw new JsonBreak(kind);
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const escapeSequence =
  /\\(?:u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})|u([\da-fA-F]{4})|([\s\S]?))/g;

/** The text of a JSON string, '' where an escape is bad; what is no Unicode becomes a blank. */
export const unescapeJson = (raw: string): string => resolveEscapes(raw) ?? '';

function resolveEscapes(raw: string): string | undefined {
  let isValid = true;
  const refuse = (): string => {
    isValid = false;
    return '';
  };
  const text = raw.includes('\\')
    ? raw.replace(
        escapeSequence,
        (_, high?: string, low?: string, unit?: string, simple?: string) => {
          if (high !== undefined) return fromHex(high) + fromHex(low as string);
          // Half a pair is an error.
          if (unit !== undefined) return /^d[89a-f]/i.test(unit) ? refuse() : fromHex(unit);
          return escapes[simple ?? ''] ?? refuse();
        },
      )
    : raw;
  return isValid ? text.replaceAll('\ufffd', ' ') : undefined;
}

const fromHex = (unit: string): string => String.fromCharCode(Number.parseInt(unit, 16));
