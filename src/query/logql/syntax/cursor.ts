// A place in a list of tokens, with the errors of a parser that stands there.
import { InputError, type TextSpan } from '#lib/errors.ts';
import { parseError, type Token, type TokenKind, tokensOf } from './lexer.ts';
import { displayWord } from './word.ts';

const kindNames: Partial<Record<TokenKind, string>> = {
  identifier: 'IDENTIFIER',
  other: 'IDENTIFIER',
  string: 'STRING',
  number: 'NUMBER',
  duration: 'DURATION',
  bytes: 'BYTES',
  range: 'RANGE',
  flag: 'FUNCTION_FLAG',
  end: '$end',
};

/** Deeper nesting is somebody's attempt at the stack. */
const depthMax = 200;
/** Of vectors and of label filters together: the tree is as deep as there are such in a row. */
const operatorsMax = 1000;

export class Cursor {
  /** Read as they are needed: what is wrong earlier is what is told. */
  readonly #source: Generator<Token>;
  readonly #tokens: Token[] = [];
  readonly #isEmpty: boolean;
  /** Superset: a pipeline may stand without a selector. */
  readonly acceptsSupersets: boolean;
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(text: string, acceptsSupersets = false) {
    this.#source = tokensOf(text);
    this.#isEmpty = text === '';
    this.acceptsSupersets = acceptsSupersets;
  }

  get token(): Token {
    return this.#tokenAt(this.#at);
  }

  /** The token after the next one. */
  get following(): Token {
    return this.#tokenAt(this.#at + 1);
  }

  /** Behind the end there is the end. */
  #tokenAt(index: number): Token {
    while (this.#tokens.length <= index && this.#tokens.at(-1)?.kind !== 'end') {
      this.#tokens.push(this.#source.next().value as Token);
    }
    return this.#tokens[Math.min(index, this.#tokens.length - 1)] as Token;
  }

  advance(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  isAt(kind: TokenKind, text?: string): boolean {
    const { token } = this;
    return token.kind === kind && (text === undefined || token.text === text);
  }

  isSymbol(text: string): boolean {
    return this.isAt('symbol', text);
  }

  /** Takes the next token if it is this one. */
  take(kind: TokenKind, text?: string): Token | undefined {
    return this.isAt(kind, text) ? this.advance() : undefined;
  }

  takeSymbol(text: string): boolean {
    return this.take('symbol', text) !== undefined;
  }

  /** Takes the next token, which must be of this kind. `expecting` is what the error says. */
  expect(kind: TokenKind, text?: string, expecting?: string): Token {
    const token = this.take(kind, text);
    if (token) return token;
    throw this.unexpected(expecting ?? text ?? kindNames[kind] ?? kind);
  }

  /** Parses what lies inside of something else. */
  nested<Node>(parseInner: () => Node): Node {
    if (this.#depth >= depthMax) throw this.#refused(`nested deeper than ${depthMax}`);
    this.#depth++;
    const inner = parseInner();
    this.#depth--;
    return inner;
  }

  countOperator(): void {
    if (++this.#operators > operatorsMax) {
      throw this.#refused(`more than ${operatorsMax} operators`);
    }
  }

  #refused(problem: string): InputError {
    const { from, to, line, column } = this.token;
    return parseError(problem, { from, to }, line, column);
  }

  unexpected(expecting?: string): InputError {
    const { token } = this;
    const name = kindNames[token.kind] ?? displayWord(token.text);
    const wanted = expecting === undefined ? '' : `, expecting ${expecting}`;
    const message = `syntax error: unexpected ${name}${wanted}`;
    if (this.#isEmpty) {
      return new InputError('logql_parse', `parse error : ${message}`, { span: token });
    }
    return parseError(message, { from: token.from, to: token.to }, token.line, token.column);
  }

  /** From `start` to the end of the token that was taken last. */
  spanFrom(start: Token | TextSpan): TextSpan {
    const last = this.#tokens[Math.max(0, this.#at - 1)] as Token;
    return { from: start.from, to: Math.max(last.to, start.from) };
  }
}

/** A text that parses and still breaks a rule that the parser knows. */
export const ruleError = (message: string, span: TextSpan): InputError =>
  new InputError('logql_parse', `parse error : ${message}`, { span });
