// Tokens as a tree. A statement with a mistake is left out, and the reading goes on behind it.
import type { Place, Problem } from '#prometheus-config/place.ts';
import {
  type BinaryOperator,
  type Block,
  type Body,
  binaryOperators,
  type Expression,
  type ObjectField,
  type Statement,
} from './ast.ts';
import { AlloySyntaxError, type Token, tokensOf } from './lexer.ts';

/** Mistakes go to `problems`; what could be read is answered. */
export function parseAlloy(text: string, file: string, problems: Problem[]): Body {
  const report = (error: unknown): void => {
    if (!(error instanceof AlloySyntaxError)) throw error;
    problems.push({ severity: 'error', place: error.place, path: '', message: error.message });
  };
  try {
    return new Parser(tokensOf(text, file), report).file();
  } catch (error) {
    report(error);
    return [];
  }
}

/** Brackets within brackets deeper than this are a mistake or an attack. */
const DEPTH_MAX = 200;

const describe = ({ kind, text }: Token): string => {
  switch (kind) {
    case 'name':
      return 'IDENT';
    case 'end':
      return 'EOF';
    case 'end-of-line':
      return 'TERMINATOR';
    case 'symbol':
      return text;
    default:
      return kind.toUpperCase();
  }
};

class Parser {
  readonly #tokens: readonly Token[];
  readonly #report: (error: unknown) => void;
  #at = 0;
  #depth = 0;
  /** Brackets of expressions that are open. */
  #open = 0;

  constructor(tokens: readonly Token[], report: (error: unknown) => void) {
    this.#tokens = tokens;
    this.#report = report;
  }

  file(): Body {
    const body = this.#body();
    if (this.#token.kind !== 'end') this.#report(this.#unexpected('IDENT'));
    return body;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #is(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === symbol;
  }

  #take(symbol: string): boolean {
    if (!this.#is(symbol)) return false;
    this.#at += 1;
    return true;
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #expect(symbol: string): Token {
    if (!this.#is(symbol)) throw this.#unexpected(symbol);
    return this.#next();
  }

  #unexpected(expected: string): AlloySyntaxError {
    const token = this.#token;
    return new AlloySyntaxError(`expected ${expected}, got ${describe(token)}`, token.place);
  }

  #skipLineEnds(): void {
    while (this.#token.kind === 'end-of-line' || this.#is(';')) this.#at += 1;
  }

  #body(): Body {
    const statements: Statement[] = [];
    const depth = this.#depth;
    for (;;) {
      this.#skipLineEnds();
      if (this.#token.kind === 'end' || this.#is('}')) return statements;
      try {
        statements.push(this.#statement());
        if (!this.#isEndOfStatement()) throw this.#unexpected('TERMINATOR');
      } catch (error) {
        this.#report(error);
        this.#depth = depth;
        this.#skipStatement();
      }
    }
  }

  #isEndOfStatement(): boolean {
    const { kind } = this.#token;
    return kind === 'end-of-line' || kind === 'end' || this.#is('}') || this.#is(';');
  }

  /** To the end of the line, brackets and what is in them included. */
  #skipStatement(): void {
    let depth = this.#open;
    this.#open = 0;
    for (; ; this.#at += 1) {
      const { kind, text } = this.#token;
      if (kind === 'end') return;
      if (kind === 'end-of-line' && depth <= 0) return;
      if (kind !== 'symbol') continue;
      if ('{[('.includes(text)) depth += 1;
      if (text === '}' && depth <= 0) return;
      if ('}])'.includes(text)) depth -= 1;
    }
  }

  #statement(): Statement {
    const first = this.#next();
    if (first.kind !== 'name') {
      this.#at -= 1;
      throw this.#unexpected('IDENT');
    }
    const names = [first.text];
    while (this.#take('.')) {
      const part = this.#next();
      if (part.kind !== 'name') {
        this.#at -= 1;
        throw this.#unexpected('IDENT');
      }
      names.push(part.text);
    }
    const label = this.#token.kind === 'string' ? this.#next() : undefined;
    if (this.#take('=')) return this.#attribute(names, first.place, label);
    if (!this.#is('{')) {
      const isLabel = label === undefined && this.#token.kind !== 'symbol';
      throw this.#unexpected(isLabel ? 'block label' : '{');
    }
    return this.#block(names.join('.'), first.place, label);
  }

  #attribute(names: readonly string[], place: Place, label: Token | undefined): Statement {
    if (names.length > 1) {
      throw new AlloySyntaxError('attribute names may only consist of a single identifier', place);
    }
    if (label) throw new AlloySyntaxError('attribute names may not have labels', label.place);
    return { kind: 'attribute', name: names[0] as string, place, value: this.expression() };
  }

  #block(name: string, place: Place, label: Token | undefined): Block {
    if (label && !/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(label.text)) {
      this.#report(
        new AlloySyntaxError('expected block label to be a valid identifier', label.place),
      );
    }
    this.#expect('{');
    this.#enter();
    const body = this.#body();
    this.#depth -= 1;
    this.#expect('}');
    return { kind: 'block', name, label: label?.text ?? '', place, body };
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth <= DEPTH_MAX) return;
    throw new AlloySyntaxError(`nested deeper than ${DEPTH_MAX}`, this.#token.place);
  }

  expression(least = 1): Expression {
    this.#enter();
    let left = this.#unary();
    for (;;) {
      const { text: operator, kind, place } = this.#token;
      const binds = kind === 'symbol' ? binaryOperators[operator as BinaryOperator] : undefined;
      if (binds === undefined || binds < least) break;
      this.#at += 1;
      // Powers of powers are taken from the right.
      const right = this.expression(operator === '^' ? binds : binds + 1);
      left = { kind: 'binary', operator: operator as BinaryOperator, left, right, place };
    }
    this.#depth -= 1;
    return left;
  }

  #unary(): Expression {
    const { place, text } = this.#token;
    if (!this.#is('!') && !this.#is('-')) return this.#postfix();
    this.#at += 1;
    this.#enter();
    const of = this.#unary();
    this.#depth -= 1;
    return { kind: 'unary', operator: text as '!' | '-', of, place };
  }

  #postfix(): Expression {
    let of = this.#primary();
    for (;;) {
      const { place } = of;
      if (this.#take('.')) {
        const name = this.#next();
        if (name.kind !== 'name') {
          this.#at -= 1;
          throw this.#unexpected('IDENT');
        }
        of = { kind: 'access', of, name: name.text, place };
      } else if (this.#take('[')) {
        const index = this.expression();
        this.#expect(']');
        of = { kind: 'index', of, index, place };
      } else if (this.#take('(')) {
        of = { kind: 'call', of, args: this.#list(')'), place };
      } else {
        return this.#notABlock(of);
      }
    }
  }

  /** `a = b "label" {` and `a = b {` are blocks where a value has to be. */
  #notABlock(of: Expression): Expression {
    if (of.kind !== 'name' && of.kind !== 'access') return of;
    const next = this.#tokens[this.#at + 1];
    const isLabelled =
      this.#token.kind === 'string' && next?.kind === 'symbol' && next.text === '{';
    if (!isLabelled && !this.#is('{')) return of;
    throw new AlloySyntaxError('cannot use a block as an expression', of.place);
  }

  #primary(): Expression {
    const start = this.#at;
    const token = this.#next();
    const { place, text } = token;
    switch (token.kind) {
      case 'name':
        return { kind: 'name', name: text, place };
      case 'number':
        return { kind: 'literal', value: Number(text), place };
      case 'string':
        return { kind: 'literal', value: text, place };
      case 'bool':
        return { kind: 'literal', value: text === 'true', place };
      case 'null':
        return { kind: 'literal', value: null, place };
      case 'symbol':
        if (text === '[') return { kind: 'array', items: this.#list(']'), place };
        if (text === '{') return { kind: 'object', fields: this.#fields(), place };
        if (text === '(') {
          const inner = this.expression();
          this.#expect(')');
          return inner;
        }
    }
    this.#at = start;
    throw this.#unexpected('expression');
  }

  #list(close: string): Expression[] {
    const items: Expression[] = [];
    this.#open += 1;
    while (!this.#is(close)) {
      items.push(this.expression());
      if (!this.#goesOn('expression list')) break;
    }
    this.#expect(close);
    this.#open -= 1;
    return items;
  }

  #fields(): ObjectField[] {
    const fields: ObjectField[] = [];
    this.#open += 1;
    while (!this.#is('}')) {
      const name = this.#token;
      if (name.kind !== 'name' && name.kind !== 'string') {
        throw this.#unexpected('field name (string or identifier)');
      }
      this.#at += 1;
      this.#expect('=');
      fields.push({ name: name.text, place: name.place, value: this.expression() });
      if (!this.#goesOn('field list')) break;
    }
    this.#expect('}');
    this.#open -= 1;
    return fields;
  }

  /** Over a comma; a line that ends without one is a mistake, and is read as if it had one. */
  #goesOn(what: string): boolean {
    if (this.#take(',')) return true;
    const { kind, place } = this.#token;
    if (kind !== 'end-of-line') return false;
    this.#report(new AlloySyntaxError(`missing ',' in ${what}`, place));
    this.#at += 1;
    return true;
  }
}
