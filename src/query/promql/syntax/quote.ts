// Quoted strings with the escapes of Go: "…" and '…' with escapes, `…` without.
// https://go.dev/ref/spec#String_literals

const simpleEscapes: Record<string, number> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': 92,
};

/** The text inside a literal, quotes included in `literal`; undefined when an escape is wrong. */
export function unquote(literal: string): string | undefined {
  const mark = literal[0] as string;
  const inner = literal.slice(1, -1);
  if (mark === '`' || !inner.includes('\\')) return inner;
  const pieces: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let at = 0;
  while (at < inner.length) {
    if (inner[at] !== '\\') {
      const next = inner.indexOf('\\', at);
      const to = next < 0 ? inner.length : next;
      pieces.push(encoder.encode(inner.slice(at, to)));
      at = to;
      continue;
    }
    const found = readEscape(inner, at + 1, mark);
    if (!found) return undefined;
    const { isByte, code } = found;
    pieces.push(isByte ? Uint8Array.of(code) : encoder.encode(String.fromCodePoint(code)));
    at = found.end;
  }
  const decoder = new TextDecoder();
  // Bytes of one character may come from several escapes.
  const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join('');
  return text + decoder.decode();
}

interface Escape {
  readonly code: number;
  /** \x and octal escapes are bytes, the others characters. */
  readonly isByte: boolean;
  readonly end: number;
}

function readEscape(text: string, at: number, mark: string): Escape | undefined {
  const letter = text[at] ?? '';
  const simple = letter === mark ? mark.charCodeAt(0) : simpleEscapes[letter];
  if (simple !== undefined) return { code: simple, isByte: true, end: at + 1 };
  if (/[0-7]/.test(letter)) return readDigits(text, at, { size: 3, radix: 8 });
  if (letter === 'x') return readDigits(text, at + 1, { size: 2, radix: 16 });
  if (letter === 'u') return readDigits(text, at + 1, { size: 4, radix: 16 });
  if (letter === 'U') return readDigits(text, at + 1, { size: 8, radix: 16 });
  return undefined;
}

function readDigits(
  text: string,
  at: number,
  { size, radix }: { size: number; radix: 8 | 16 },
): Escape | undefined {
  const digits = text.slice(at, at + size);
  const allowed = radix === 8 ? /^[0-7]{3}$/ : /^[0-9a-fA-F]+$/;
  if (digits.length !== size || !allowed.test(digits)) return undefined;
  const code = Number.parseInt(digits, radix);
  const isByte = size < 4;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || (isByte && code > 255) || isSurrogate) return undefined;
  return { code, isByte, end: at + size };
}

/** A double-quoted literal of `text`. */
export function quote(text: string): string {
  const inner = text.replace(/["\\\p{Cc}]/gu, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const letter = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r' }[
      character.charCodeAt(0)
    ];
    const code = character.charCodeAt(0).toString(16);
    return letter
      ? `\\${letter}`
      : code.length > 2 || character > '\x7e'
        ? `\\u${code.padStart(4, '0')}`
        : `\\x${code.padStart(2, '0')}`;
  });
  return `"${inner}"`;
}
