// Query text in, tokens out. Attribute names are one token with scope and parts joined, because
// what ends them differs from everything else: `.http-x+y` is one name, `.a=1` is not.
import { InputError, type TextSpan } from '#lib/errors.ts';
import type { AttributeScope } from './ast.ts';
import { intrinsicSpellings } from './intrinsic-name.ts';
import { durationPattern, parseDurationNano } from './literal.ts';

export type Token =
  | {
      readonly type: 'attribute';
      scope: AttributeScope;
      isParent: boolean;
      name: string;
      span: TextSpan;
    }
  | { readonly type: 'intrinsic'; text: string; isParent: boolean; span: TextSpan }
  | { readonly type: 'string'; value: string; span: TextSpan }
  | { readonly type: 'number'; value: number | bigint; isFloat: boolean; span: TextSpan }
  | { readonly type: 'duration'; value: number; span: TextSpan }
  | { readonly type: 'word' | 'symbol'; text: string; span: TextSpan }
  | { readonly type: 'end'; span: TextSpan };

/** Longest first. */
const symbols = [
  '!>>',
  '!<<',
  '&>>',
  '&<<',
  '!>',
  '!<',
  '!~',
  '&>',
  '&<',
  '&~',
  '&&',
  '||',
  '>>',
  '<<',
  '>=',
  '<=',
  '!=',
  '=~',
  '=',
  '>',
  '<',
  '~',
  '!',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '|',
  '(',
  ')',
  '{',
  '}',
  ',',
];

/** Trees are walked by recursion: a chain of this many operators still fits. */
const tokensMax = 5_000;

const scopeWords = ['span', 'resource', 'event', 'link', 'instrumentation', 'parent', 'trace'];
/** What a parser of yacc says it expects: up to four things. */
const scopedWishes: Readonly<Record<string, string>> = {
  trace: 'duration or rootName or rootService or id',
  event: 'name or timeSinceStart',
  link: 'traceID or spanID',
  instrumentation: 'name or version',
};

/** Those of every scope, and those without. */
const intrinsicWords: ReadonlySet<string> = new Set(
  Object.keys(intrinsicSpellings).map((text) => text.slice(text.indexOf(':') + 1)),
);
const wordPattern = /[\p{L}_][\p{L}\p{N}_]*/uy;
const numberPattern = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const attributeEnd = new Set('{}()=~!<>&|^,');
const unknownPattern = /'[^']*'|./suy;

export interface LexOptions {
  /** Refuses what only we accept: dotted names without a scope. */
  readonly isStrict: boolean;
}

export function parseError(text: string, at: number, message: string, hint?: string): InputError {
  const before = text.slice(0, at).split('\n');
  const column = (before[before.length - 1] as string).length + 1;
  return new InputError(
    'traceql_parse',
    `parse error at line ${before.length}, col ${column}: ${message}`,
    { span: { from: at, to: Math.min(at + 1, text.length) }, ...(hint ? { hint } : {}) },
  );
}

export function lex(text: string, options: LexOptions): Token[] {
  return new Lexer(text, options.isStrict).all();
}

class Lexer {
  readonly #text: string;
  readonly #isStrict: boolean;
  #at = 0;

  constructor(text: string, isStrict: boolean) {
    this.#text = text;
    this.#isStrict = isStrict;
  }

  all(): Token[] {
    const tokens: Token[] = [];
    for (;;) {
      this.#skipBlank();
      const from = this.#at;
      if (from >= this.#text.length) {
        tokens.push({ type: 'end', span: { from, to: from } });
        return tokens;
      }
      if (tokens.length >= tokensMax) {
        throw parseError(this.#text, from, `more than ${tokensMax} words and symbols`);
      }
      tokens.push(this.#next(from));
    }
  }

  #skipBlank(): void {
    for (;;) {
      while (/\s/u.test(this.#text[this.#at] ?? '')) this.#at++;
      if (!this.#text.startsWith('//', this.#at)) return;
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end;
    }
  }

  #next(from: number): Token {
    const first = this.#text[from] as string;
    if (first === '"' || first === '`') {
      return { type: 'string', value: this.#quoted(), span: this.#since(from) };
    }
    const isDigit = (char: string | undefined): boolean => char !== undefined && /\d/.test(char);
    if (isDigit(first) || (first === '.' && isDigit(this.#text[from + 1])))
      return this.#number(from);
    if (first === '.') {
      this.#at++;
      return this.#attribute('none', false, from);
    }
    const word = this.#match(wordPattern);
    if (word !== undefined) return this.#word(word, from);
    const symbol = symbols.find((candidate) => this.#text.startsWith(candidate, from));
    if (symbol === undefined) {
      const unknown = this.#match(unknownPattern) as string;
      return { type: 'word', text: unknown, span: this.#since(from) };
    }
    this.#at += symbol.length;
    return { type: 'symbol', text: symbol, span: this.#since(from) };
  }

  #word(word: string, from: number): Token {
    const next = this.#text[this.#at];
    if (scopeWords.includes(word) && next === ':') return this.#scopedIntrinsic(word, from);
    if (scopeWords.includes(word) && word !== 'trace' && next === '.') {
      this.#at++;
      if (word !== 'parent') return this.#attribute(word as AttributeScope, false, from);
      return this.#parentField(from);
    }
    const isKeyword = Object.hasOwn(intrinsicSpellings, word);
    if (isKeyword)
      return { type: 'intrinsic', text: word, isParent: false, span: this.#since(from) };
    if (!this.#isStrict && next === '.') {
      this.#at = from;
      return this.#attribute('none', false, from);
    }
    return { type: 'word', text: word, span: this.#since(from) };
  }

  /** `span:name`, `trace:rootName`, … */
  #scopedIntrinsic(scope: string, from: number): Token {
    this.#at++;
    const nameFrom = this.#at;
    const word = this.#match(wordPattern) ?? '';
    const text = `${scope}:${word}`;
    if (!Object.hasOwn(intrinsicSpellings, text)) {
      const found = intrinsicWords.has(word) ? word : 'IDENTIFIER';
      const wish = scopedWishes[scope];
      const message = `syntax error: unexpected ${found}${wish ? `, expecting ${wish}` : ''}`;
      throw parseError(this.#text, nameFrom, message);
    }
    return { type: 'intrinsic', text, isParent: false, span: this.#since(from) };
  }

  /** After `parent.`: `span.x`, `resource.x`, an intrinsic, or a name. */
  #parentField(from: number): Token {
    const start = this.#at;
    const word = this.#match(wordPattern) ?? '';
    if ((word === 'span' || word === 'resource') && this.#text[this.#at] === '.') {
      this.#at++;
      return this.#attribute(word, true, from);
    }
    this.#at = start;
    const token = this.#attribute('none', true, from);
    if (token.type === 'attribute' && Object.hasOwn(intrinsicSpellings, token.name)) {
      return { type: 'intrinsic', text: token.name, isParent: true, span: token.span };
    }
    return token;
  }

  /** Attribute runes and quoted parts, up to a blank or an operator. */
  #attribute(scope: AttributeScope, isParent: boolean, from: number): Token {
    let name = '';
    const start = this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || attributeEnd.has(char) || /\s/u.test(char)) break;
      name += char === '"' ? this.#quoted() : char;
      if (char !== '"') this.#at++;
    }
    if (this.#at === start) {
      const message = 'syntax error: unexpected END_ATTRIBUTE, expecting IDENTIFIER';
      throw parseError(this.#text, from, message);
    }
    return { type: 'attribute', scope, isParent, name, span: this.#since(from) };
  }

  #number(from: number): Token {
    const duration = this.#match(durationPattern);
    if (duration !== undefined) {
      return { type: 'duration', value: parseDurationNano(duration), span: this.#since(from) };
    }
    const text = this.#match(numberPattern) as string;
    if (/[\p{L}_]/u.test(this.#text[this.#at] ?? '')) {
      const all = `${text}${this.#match(wordPattern) ?? ''}`;
      throw parseError(this.#text, from, `strconv.Atoi: parsing "${all}": invalid syntax`);
    }
    const isFloat = /[.eE]/.test(text);
    const value = Number(text);
    if (!Number.isFinite(value)) throw parseError(this.#text, from, `${text} is out of range`);
    const exact = isFloat || Number.isSafeInteger(value) ? value : BigInt(text);
    return { type: 'number', value: exact, isFloat, span: this.#since(from) };
  }

  /** A string with Go's escapes, or a raw one in backquotes. */
  #quoted(): string {
    const from = this.#at;
    const quote = this.#text[this.#at++] as string;
    let value = '';
    for (;;) {
      const char = this.#text[this.#at++];
      if (char === undefined)
        throw parseError(this.#text, from, `unexpected EOF, expecting ${quote}`);
      if (char === quote) return value;
      value += char === '\\' && quote === '"' ? this.#escape() : char;
    }
  }

  #escape(): string {
    const at = this.#at - 1;
    const escaped = this.#text[this.#at++] ?? '';
    const simple = simpleEscapes[escaped];
    if (simple !== undefined) return simple;
    const digits = escaped === 'x' ? 2 : escaped === 'u' ? 4 : escaped === 'U' ? 8 : 0;
    const hex = this.#text.slice(this.#at, this.#at + digits);
    if (digits === 0 || !/^[\da-fA-F]+$/.test(hex) || hex.length < digits) {
      throw parseError(this.#text, at, 'invalid escape in a string');
    }
    this.#at += digits;
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw parseError(this.#text, at, 'invalid escape in a string');
    return String.fromCodePoint(code);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #since(from: number): TextSpan {
    return { from, to: this.#at };
  }
}

const simpleEscapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
