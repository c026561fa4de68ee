// A place in the tokens, shared by the parts of the parser.
import type { TextSpan } from '#lib/errors.ts';
import { lex, type Token } from './lex.ts';
import { parseError } from './parse-error.ts';
import { unquote } from './quote.ts';

export class Cursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = lex(text);
  }

  /** Throws where the text could not be read. */
  get token(): Token {
    const token = this.#tokens[this.#at] as Token;
    if (token.kind === 'error') throw this.fail(token, token.text);
    return token;
  }

  get next(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token;
  }

  get isEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** Where the last token that was taken ends. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0;
  }

  take(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  /** Keywords are known in any case. */
  isWord(...words: readonly string[]): boolean {
    return this.token.kind === 'word' && words.includes(this.token.text.toLowerCase());
  }

  accept(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.take();
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.take();
    return true;
  }

  expect(symbol: string, where: string): Token {
    if (!this.isSymbol(symbol)) throw this.unexpected(where, `"${symbol}"`);
    return this.take();
  }

  spanFrom(from: number): TextSpan {
    return { from, to: this.end };
  }

  fail({ from, to }: TextSpan, what: string): Error {
    return parseError(this.text, { from, to }, what);
  }

  /** The current token is not what the grammar wants here. */
  unexpected(where: string, wanted?: string): Error {
    const { from, to } = this.token;
    const place = where === '' ? '' : ` in ${where}`;
    const expectation = wanted === undefined ? '' : `, expected ${wanted}`;
    return this.fail({ from, to }, `unexpected ${describe(this.token)}${place}${expectation}`);
  }

  takeString(where: string): string {
    const token = this.token;
    if (token.kind !== 'string') throw this.unexpected(where, 'string');
    const value = unquote(token.text);
    if (value === undefined) throw this.fail(token, 'invalid escape sequence in string literal');
    this.take();
    return value;
  }
}

const operators = /^(?:==|!=|<=|>=|<|>|<\/|>\/|[+\-*/%^@])$/;

function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
    case 'error':
      return 'end of input';
    case 'number':
      return `number "${token.text}"`;
    case 'string':
      return `string ${token.text}`;
    case 'word':
      return isKeyword(token.text) ? `<${token.text.toLowerCase()}>` : `identifier "${token.text}"`;
    case 'symbol':
      return operators.test(token.text) ? `<op:${token.text}>` : `"${token.text}"`;
  }
}

const keywords = new Set(
  'by without on ignoring group_left group_right bool offset and or unless atan2'.split(' '),
);
const isKeyword = (text: string): boolean => keywords.has(text.toLowerCase());
