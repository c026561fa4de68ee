// The text of an Alloy file as tokens. A line break after something that may end a statement is a token.
import type { Place } from '#prometheus-config/place.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'bool' | 'null' | 'symbol' | 'end-of-line' | 'end';
  /** As written; of a string what it says. */
  readonly text: string;
  readonly place: Place;
}

export class AlloySyntaxError extends Error {
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

const patterns = [
  ['space', /[ \t\r]+/y],
  ['line', /\n/y],
  ['comment', /\/\/[^\n]*/y],
  ['name', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['number', /0[xX][\da-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['raw', /`[^`]*`/y],
  ['symbol', /\|\||&&|==|!=|<=|>=|[-!<>+*/%^=(){}[\],.;]/y],
] as const;

/** Throws AlloySyntaxError at what is no token. */
export function tokensOf(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const placeAt = (offset: number): Place => ({ file, line, column: offset - lineStart + 1 });
  const endLine = (): void => {
    if (endsStatement(tokens.at(-1))) {
      tokens.push({ kind: 'end-of-line', text: '\n', place: placeAt(at) });
    }
  };
  while (at < text.length) {
    const found = text.startsWith('/*', at) ? commentAt(text, at) : matchAt(text, at);
    const place = placeAt(at);
    if (!found) throw new AlloySyntaxError(mistakeAt(text, at), place);
    const [kind, matched] = found;
    if (kind === 'line') endLine();
    const token = tokenOf(kind, matched, place);
    if (token) tokens.push(token);
    for (let i = matched.indexOf('\n'); i >= 0; i = matched.indexOf('\n', i + 1)) {
      line += 1;
      lineStart = at + i + 1;
    }
    at += matched.length;
  }
  endLine();
  tokens.push({ kind: 'end', text: '', place: placeAt(at) });
  return tokens;
}

type Kind = (typeof patterns)[number][0];

function matchAt(text: string, at: number): [kind: Kind, text: string] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return [kind, match[0]];
  }
  return undefined;
}

function commentAt(text: string, at: number): [kind: Kind, text: string] | undefined {
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? undefined : ['comment', text.slice(at, end + 2)];
}

function mistakeAt(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  if (character === '"' || character === '`') return 'string literal not terminated';
  if (text.startsWith('/*', at)) return 'block comment not terminated';
  return `illegal character ${JSON.stringify(character)}`;
}

function tokenOf(kind: Kind, text: string, place: Place): Token | undefined {
  switch (kind) {
    case 'space':
    case 'line':
    case 'comment':
      return undefined;
    case 'name':
      if (text === 'true' || text === 'false') return { kind: 'bool', text, place };
      return { kind: text === 'null' ? 'null' : 'name', text, place };
    case 'raw':
      return { kind: 'string', text: text.slice(1, -1).replaceAll('\r', ''), place };
    case 'string':
      return { kind: 'string', text: unescapeText(text.slice(1, -1), place), place };
    default:
      return { kind, text, place };
  }
}

const endsStatement = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === 'symbol' ? [')', ']', '}'].includes(token.text) : token.kind !== 'end-of-line');

const plainEscapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"' },
};

/** Go's escapes. Bytes (`\xNN`, `\NNN`) are read as code points, which they are up to 0x7f. */
function unescapeText(text: string, place: Place): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs,
    (whole, byte?: string, short?: string, long?: string, octal?: string, plain?: string) => {
      const hex = byte ?? short ?? long;
      if (hex !== undefined) return codePoint(Number.parseInt(hex, 16), whole, place);
      if (octal !== undefined) return codePoint(Number.parseInt(octal, 8), whole, place);
      const known = plainEscapes[plain ?? ''];
      if (known === undefined) throw new AlloySyntaxError(`unknown escape ${whole}`, place);
      return known;
    },
  );
}

function codePoint(value: number, written: string, place: Place): string {
  if (value > 0x10_ff_ff) throw new AlloySyntaxError(`unknown escape ${written}`, place);
  return String.fromCodePoint(value);
}
