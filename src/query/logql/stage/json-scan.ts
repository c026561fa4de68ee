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

/** Deeper nesting is somebody's attempt at the stack. */
export const jsonDepthMax = 500;

const faults = {
  json: 'Malformed JSON error',
  string: `Value is string, but can't find closing '"' symbol`,
  array: "Value is array, but can't find closing ']' symbol",
  object: "Value looks like object, but can't find closing '}' symbol",
  type: 'Unknown value type',
  escape: 'Encountered an invalid escape sequence in a string',
  depth: `more than ${jsonDepthMax} objects inside of each other`,
} as const;

/** Where the text stops being JSON; the message is in the words of Loki's JSON parser. */
export class JsonBreak extends Error {
  constructor(fault: keyof typeof faults) {
    super(faults[fault]);
  }
}

const isBlank = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

export function skipBlank(text: string, at: number): number {
  let next = at;
  while (next < text.length && isBlank(text.charCodeAt(next))) next++;
  return next;
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
    yield { key, kind: value.kind, from: value.from, to: value.to };
    next = skipBlank(text, endOf(value));
    if (next >= text.length) throw new JsonBreak('array');
    if (text[next] === '}') return;
    if (text[next] !== ',') throw new JsonBreak('object');
    next = skipBlank(text, next + 1);
    if (next >= text.length) throw new JsonBreak('array');
  }
}

/** A key and the place of its value; undefined when there is no key at `at`. */
export function scanKey(text: string, at: number): { key: string; to: number } | undefined {
  const end = text[at] === '"' ? stringEnd(text, at) : -1;
  const colon = skipBlank(text, end + 1);
  if (end < 0 || text[colon] !== ':') return undefined;
  return { key: unescapeJson(text.slice(at + 1, end)), to: skipBlank(text, colon + 1) };
}

/** The place behind a value. */
export const endOf = ({ kind, to }: JsonValue): number => (kind === 'string' ? to + 1 : to);

/** The value at `at`, which is no blank. */
export function scanValue(text: string, at: number): JsonValue {
  switch (text.charCodeAt(at)) {
    case 0x22: {
      const end = stringEnd(text, at);
      if (end < 0) throw new JsonBreak('string');
      return { kind: 'string', from: at + 1, to: end };
    }
    case 0x7b:
      return { kind: 'object', from: at, to: blockEnd(text, at, 0x7b, 0x7d, 'object') };
    case 0x5b:
      return { kind: 'array', from: at, to: blockEnd(text, at, 0x5b, 0x5d, 'array') };
  }
  if (at >= text.length) throw new JsonBreak('json');
  return scanWord(text, at);
}

/** Up to a blank, a comma or a closing bracket. */
function scanWord(text: string, from: number): JsonValue {
  let to = from;
  for (; to < text.length; to++) {
    const code = text.charCodeAt(to);
    if (isBlank(code) || code === 0x2c || code === 0x7d || code === 0x5d) break;
  }
  const first = text.charCodeAt(from);
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return { kind: 'number', from, to };
  const found = text.slice(from, to);
  if (found === 'true' || found === 'false') return { kind: 'boolean', from, to };
  if (found === 'null') return { kind: 'null', from, to };
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
  open: number,
  close: number,
  kind: 'object' | 'array',
): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i = stringEnd(text, i);
      if (i < 0) break;
    } else if (code === open) depth++;
    else if (code === close) {
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
  if (!raw.includes('\\')) return raw.includes('\ufffd') ? raw.replaceAll('\ufffd', ' ') : raw;
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
