// The tokens of a template one after the other, and the errors that name a place among them.
import { InputError } from '#lib/errors.ts';
import type { Token } from './lexer.ts';

export class TokenReader {
  /** The index of the next token. */
  next = 0;
  /** Where the last action began. */
  actionLine = 0;
  readonly name: string;
  readonly tokens: readonly Token[];

  constructor(name: string, tokens: readonly Token[]) {
    this.name = name;
    this.tokens = tokens;
  }

  expectEnd(context: string): void {
    const token = this.nextNonSpace();
    if (token.kind !== 'right-delimiter') this.unexpected(token, context);
  }

  peek(): Token {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    this.next++;
    return token;
  }

  peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.next++;
    return this.peek();
  }

  nextNonSpace(): Token {
    this.peekNonSpace();
    return this.take();
  }

  unexpected(token: Token, context: string): never {
    this.next = this.tokens.indexOf(token) + 1;
    if (token.kind !== 'error') this.fail(`unexpected ${tokenName(token)} in ${context}`);
    const isOtherLine = this.actionLine !== 0 && this.actionLine !== token.line;
    const place = `started at ${this.name}:${this.actionLine}`;
    if (!isOtherLine) this.fail(token.text);
    return this.fail(
      token.text.endsWith(' action')
        ? `${token.text} ${place}`
        : `${token.text} in action ${place}`,
    );
  }

  fail(problem: string): never {
    const last = this.tokens[Math.max(0, Math.min(this.next, this.tokens.length) - 1)];
    const line = last?.line ?? 1;
    const at = last?.at ?? 0;
    throw new InputError('template_parse', `template: ${this.name}:${line}: ${problem}`, {
      span: { from: at, to: at + (last?.kind === 'error' ? 1 : (last?.text.length ?? 0)) },
    });
  }
}

function tokenName({ kind, text }: Token): string {
  if (kind === 'eof') return 'EOF';
  if (kind === 'keyword' || kind === 'dot' || kind === 'nil') return `<${text}>`;
  if (text.length > 10) return `${JSON.stringify(text.slice(0, 10))}...`;
  return JSON.stringify(text);
}
