// Go's constants: strings and characters with their escapes, and numbers in all their spellings.
// https://go.dev/ref/spec#String_literals
import type { NumberConstant } from './node.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The text of a quoted or raw string with its quotes; undefined when it is not valid. */
export function unquote(literal: string): string | undefined {
  const quote = literal[0];
  const body = literal.slice(1, -1);
  if (quote === '`') return body.replaceAll('\r', '');
  if (!body.includes('\\')) return body;
  return resolveEscapes(body, quote as string);
}

/** Bytes of \x and octal escapes may only make UTF-8 together, so they are gathered. */
function resolveEscapes(body: string, quote: string): string | undefined {
  let text = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) text += new TextDecoder().decode(new Uint8Array(bytes));
    bytes = [];
  };
  const part =
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([^\\]+)/gsy;
  while (part.lastIndex < body.length) {
    const match = part.exec(body);
    if (!match) return undefined;
    const [, hex, octal, short, long, simple, plain] = match;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) {
      const byte = Number.parseInt(octal, 8);
      if (byte > 255) return undefined;
      bytes.push(byte);
    } else {
      flush();
      const added = plain ?? characterOf(short ?? long, simple, quote);
      if (added === undefined) return undefined;
      text += added;
    }
  }
  flush();
  return text;
}

function characterOf(
  code: string | undefined,
  simple: string | undefined,
  quote: string,
): string | undefined {
  if (code === undefined) return simple === quote ? quote : simpleEscapes[simple as string];
  const point = Number.parseInt(code, 16);
  const isValid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return isValid ? String.fromCodePoint(point) : undefined;
}

/** The number of `'x'`. */
export function parseCharacter(literal: string): NumberConstant | undefined {
  const text = unquote(literal);
  if (text === undefined || [...text].length !== 1) return undefined;
  const code = text.codePointAt(0) as number;
  return { int: BigInt(code), float: code };
}

/** Undefined for what is no number, or an imaginary one. */
export function parseNumber(literal: string): NumberConstant | undefined {
  const sign = literal.startsWith('-') ? -1 : 1;
  const text = literal.replace(/^[+-]/, '').replaceAll('_', '');
  if (/^(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]+)$/.test(text)) {
    const isOldOctal = /^0[0-7]+$/.test(text);
    const int = BigInt(isOldOctal ? `0o${text.slice(1)}` : text) * BigInt(sign);
    return { int, float: Number(int) };
  }
  const float = /^0[xX]/.test(text) ? parseHexFloat(text) : parseDecimal(text);
  if (float === undefined || !Number.isFinite(float)) return undefined;
  const isWhole = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return { int: isWhole ? BigInt(float * sign) : undefined, float: float * sign };
}

function parseDecimal(text: string): number | undefined {
  return /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : undefined;
}

function parseHexFloat(text: string): number | undefined {
  const parts = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text);
  const digits = parts ? `${parts[1]}${parts[2]}` : '';
  if (!parts || digits === '') return undefined;
  const exponent = Number(parts[3]) - 4 * (parts[2] as string).length;
  return Number(BigInt(`0x${digits}`)) * 2 ** exponent;
}
