// Tokens with a position: what the parts of the parser share.
import type { InputError, TextSpan } from '#lib/errors.ts';
import { parseError, type Token } from './lex.ts';

const depthMax = 200;

export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly isStrict: boolean;
  #index = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[], isStrict: boolean) {
    this.#text = text;
    this.#tokens = tokens;
    this.isStrict = isStrict;
  }

  get token(): Token {
    return this.#tokens[this.#index] as Token;
  }

  isEnd(): boolean {
    return this.token.type === 'end';
  }

  /** The token and a step to the next; at the end it stays. */
  take(): Token {
    const token = this.token;
    if (token.type !== 'end') this.#index++;
    return token;
  }

  isSymbol(...texts: readonly string[]): boolean {
    return this.token.type === 'symbol' && texts.includes(this.token.text);
  }

  isWord(...texts: readonly string[]): boolean {
    return this.token.type === 'word' && texts.includes(this.token.text);
  }

  /** Takes the symbol if it comes next. */
  skip(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#index++;
    return true;
  }

  expect(text: string): Token {
    if (!this.isSymbol(text)) throw this.unexpected(text);
    return this.take();
  }

  /** Where an operator could stand as well, so that Tempo names nothing that it expects. */
  expectAfterExpression(text: string): void {
    if (this.skip(text)) return;
    const { token } = this;
    const message = `syntax error: unexpected ${describe(token)}`;
    throw parseError(this.#text, token.span.from, message);
  }

  /** Parses what lies inside of something; so deep and no deeper. */
  nested<Node>(parseInner: () => Node): Node {
    if (this.#depth >= depthMax) {
      throw parseError(this.#text, this.token.span.from, `nested deeper than ${depthMax}`);
    }
    this.#depth++;
    const inner = parseInner();
    this.#depth--;
    return inner;
  }

  /** From `from` to the end of the last token taken. */
  since(from: number): TextSpan {
    const last = this.#tokens[Math.max(0, this.#index - 1)] as Token;
    return { from, to: Math.max(from, last.span.to) };
  }

  unexpected(expected?: string, token: Token = this.token): InputError {
    const { from } = token.span;
    if (token.type === 'word' && expected === undefined && !isKnown(token.text)) {
      const isDotted = this.#text[token.span.to] === '.';
      const hint = isDotted
        ? `Write .${token.text}, or a scope such as span. in front.`
        : undefined;
      return parseError(this.#text, from, `unknown identifier: ${token.text}`, hint);
    }
    const wish = expected === undefined ? '' : `, expecting ${expected}`;
    return parseError(this.#text, from, `syntax error: unexpected ${describe(token)}${wish}`);
  }
}

function describe(token: Token): string {
  switch (token.type) {
    case 'end':
      return '$end';
    case 'string':
      return 'STRING';
    case 'duration':
      return 'DURATION';
    case 'number':
      return token.isFloat ? 'FLOAT' : 'INTEGER';
    case 'attribute':
      return token.scope === 'none' ? '.' : `${token.scope}.`;
    case 'intrinsic':
      return token.text;
    default:
      return isKnown(token.text) || token.type === 'symbol' ? token.text : 'IDENTIFIER';
  }
}

const words = new Set(
  `true false nil ok error unset unspecified internal server client producer consumer minInt maxInt
  count min max sum avg by coalesce select with rate count_over_time min_over_time max_over_time
  sum_over_time avg_over_time quantile_over_time histogram_over_time compare topk bottomk`.split(
    /\s+/,
  ),
);
const isKnown = (word: string): boolean => words.has(word);
