// Go's text/template as tokens: plain text, and inside of {{ }} words, constants and signs. Trim markers
// ({{- and -}}) are applied here. https://pkg.go.dev/text/template#hdr-Text_and_spaces

export type TokenKind =
  | 'error'
  | 'eof'
  | 'text'
  | 'left-delimiter'
  | 'right-delimiter'
  | 'left-paren'
  | 'right-paren'
  | 'space'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'sign'
  | 'identifier'
  | 'keyword'
  | 'dot'
  | 'nil'
  | 'field'
  | 'variable'
  | 'boolean'
  | 'number'
  | 'character'
  | 'string'
  | 'raw-string';

export interface Token {
  readonly kind: TokenKind;
  /** Offset in UTF-16 code units. */
  readonly at: number;
  readonly line: number;
  /** As written; of an error: what is wrong. */
  readonly text: string;
}

const keywords: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

const leftDelimiter = '{{';
const rightDelimiter = '}}';
const space = /[ \t\r\n]/;
const word = /[\p{L}\p{Nd}_]/u;
const terminator = /[ \t\r\n.,|:)(}=]/;
const singleSigns: Readonly<Record<string, TokenKind>> = {
  '|': 'pipe',
  '=': 'assign',
  ',': 'comma',
};

/** All tokens; an error token or eof is the last. Never throws. */
export function lex(input: string): readonly Token[] {
  return new Lexer(input).run();
}

class Lexer {
  readonly #input: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #parens = 0;

  constructor(input: string) {
    this.#input = input;
  }

  run(): readonly Token[] {
    for (;;) {
      const next = this.#text();
      if (next === 'end' || (next === 'action' && !this.#action())) return this.#tokens;
    }
  }

  /** Up to the next {{, and over a comment. */
  #text(): 'text' | 'action' | 'end' {
    const input = this.#input;
    const found = input.indexOf(leftDelimiter, this.#at);
    const end = found < 0 ? input.length : found;
    const trimsLeft = found >= 0 && input[end + 2] === '-' && space.test(input[end + 3] ?? '');
    const text = input.slice(this.#at, end);
    const kept = trimsLeft ? text.replace(/[ \t\r\n]+$/, '') : text;
    if (kept !== '') this.#push('text', kept, this.#at);
    this.#skipTo(end);
    if (found < 0) {
      this.#push('eof', '');
      return 'end';
    }
    const markLength = leftDelimiter.length + (trimsLeft ? 2 : 0);
    if (input.startsWith('/*', end + markLength)) {
      return this.#comment(end + markLength) ? 'text' : 'end';
    }
    this.#push('left-delimiter', leftDelimiter);
    this.#skipTo(end + markLength);
    this.#parens = 0;
    return 'action';
  }

  #comment(from: number): boolean {
    const input = this.#input;
    const close = input.indexOf('*/', from + 2);
    if (close < 0) return this.#fail('unclosed comment');
    this.#skipTo(close + 2);
    const end = this.#rightDelimiter();
    if (!end) return this.#fail('comment ends before closing delimiter');
    this.#closeAction(end);
    return true;
  }

  /** The right delimiter here, if there is one: how long it is, and whether it trims. */
  #rightDelimiter(): { readonly length: number; readonly trims: boolean } | undefined {
    const input = this.#input;
    const at = this.#at;
    if (input.startsWith(rightDelimiter, at)) return { length: 2, trims: false };
    if (space.test(input[at] ?? '') && input.startsWith(`-${rightDelimiter}`, at + 1)) {
      return { length: 4, trims: true };
    }
    return undefined;
  }

  #closeAction({ length, trims }: { readonly length: number; readonly trims: boolean }): void {
    this.#skipTo(this.#at + length);
    if (!trims) return;
    let end = this.#at;
    while (space.test(this.#input[end] ?? '')) end++;
    this.#skipTo(end);
  }

  /** Up to and with the next }}; false after an error. */
  #action(): boolean {
    for (;;) {
      const end = this.#rightDelimiter();
      if (end) {
        if (this.#parens > 0) return this.#fail('unclosed left paren');
        this.#push('right-delimiter', rightDelimiter);
        this.#closeAction(end);
        return true;
      }
      if (!this.#inside()) return false;
    }
  }

  #inside(): boolean {
    const input = this.#input;
    const at = this.#at;
    const first = at < input.length ? String.fromCodePoint(input.codePointAt(at) as number) : '';
    if (first === '') return this.#fail('unclosed action');
    if (space.test(first)) return this.#spaces();
    if (first === '"') return this.#quoted('string', 'unterminated quoted string');
    if (first === "'") return this.#quoted('character', 'unterminated character constant');
    if (first === '`') return this.#rawString();
    if (first === '$') return this.#wordAfter('variable');
    if (first === '.' && !/[0-9]/.test(input[at + 1] ?? '')) return this.#wordAfter('field');
    if (/[.+\-0-9]/.test(first)) return this.#number();
    if (word.test(first)) return this.#identifier();
    if (first === ':') {
      if (input[at + 1] !== '=') return this.#fail('expected :=');
      return this.#take('declare', 2);
    }
    if (first === '(') {
      this.#parens++;
      return this.#take('left-paren', 1);
    }
    if (first === ')') {
      if (this.#parens === 0) return this.#fail('unexpected right paren');
      this.#parens--;
      return this.#take('right-paren', 1);
    }
    const kind = singleSigns[first] ?? (/[!-~]/.test(first) ? 'sign' : undefined);
    if (kind) return this.#take(kind, 1);
    return this.#fail(`unrecognized character in action: ${codePointName(first)}`);
  }

  #spaces(): boolean {
    let end = this.#at;
    // A trim marker keeps its own space.
    const isTrim = (): boolean => this.#input.startsWith(`-${rightDelimiter}`, end + 1);
    while (space.test(this.#input[end] ?? '') && !isTrim()) end++;
    return this.#take('space', end - this.#at);
  }

  #quoted(kind: 'string' | 'character', problem: string): boolean {
    const quote = this.#input[this.#at];
    for (let end = this.#at + 1; ; end++) {
      const next = this.#input[end];
      if (next === undefined || next === '\n') return this.#fail(problem);
      if (next === quote) return this.#take(kind, end + 1 - this.#at);
      if (next === '\\') {
        end++;
        const escaped = this.#input[end];
        if (escaped === undefined || escaped === '\n') return this.#fail(problem);
      }
    }
  }

  #rawString(): boolean {
    const close = this.#input.indexOf('`', this.#at + 1);
    if (close < 0) return this.#fail('unterminated raw quoted string');
    return this.#take('raw-string', close + 1 - this.#at);
  }

  #number(): boolean {
    const number =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    number.lastIndex = this.#at;
    const found = number.exec(this.#input)?.[0] ?? '';
    const end = this.#at + found.length;
    if (found.length === 0 || this.#isWordAt(end)) {
      return this.#fail(
        `bad number syntax: ${JSON.stringify(this.#input.slice(this.#at, end + 1))}`,
      );
    }
    return this.#take('number', found.length);
  }

  #identifier(): boolean {
    const end = this.#wordEnd(this.#at);
    const text = this.#input.slice(this.#at, end);
    if (!this.#isTerminated(end)) return this.#badCharacter(end);
    if (keywords.has(text)) return this.#take('keyword', text.length);
    if (text === 'nil') return this.#take('nil', text.length);
    const isBoolean = text === 'true' || text === 'false';
    return this.#take(isBoolean ? 'boolean' : 'identifier', text.length);
  }

  /** `.name` or `$name`; a lone `.` is the dot, a lone `$` is the variable of that name. */
  #wordAfter(kind: 'field' | 'variable'): boolean {
    const end = this.#wordEnd(this.#at + 1);
    if (!this.#isTerminated(end)) return this.#badCharacter(end);
    const length = end - this.#at;
    return this.#take(length === 1 && kind === 'field' ? 'dot' : kind, length);
  }

  #wordEnd(from: number): number {
    let end = from;
    while (this.#isWordAt(end)) end += widthAt(this.#input, end);
    return end;
  }

  #isWordAt(at: number): boolean {
    const code = this.#input.codePointAt(at);
    return code !== undefined && word.test(String.fromCodePoint(code));
  }

  #isTerminated(at: number): boolean {
    return at >= this.#input.length || terminator.test(this.#input[at] as string);
  }

  #badCharacter(at: number): boolean {
    const character = String.fromCodePoint(this.#input.codePointAt(at) as number);
    return this.#fail(`bad character ${codePointName(character)}`);
  }

  #take(kind: TokenKind, length: number): boolean {
    const from = this.#at;
    this.#push(kind, this.#input.slice(from, from + length), from);
    this.#skipTo(from + length);
    return true;
  }

  #push(kind: TokenKind, text: string, at = this.#at): void {
    this.#tokens.push({ kind, at, line: this.#line, text });
  }

  #skipTo(at: number): void {
    for (let i = this.#at; i < at; i++) if (this.#input[i] === '\n') this.#line++;
    this.#at = at;
  }

  #fail(problem: string): false {
    this.#push('error', problem);
    return false;
  }
}

const widthAt = (text: string, at: number): number =>
  (text.codePointAt(at) as number) > 0xffff ? 2 : 1;

/** As Go's %#U: the code point, and the character where it can be seen. */
export function codePointName(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  const isVisible = /^(?: |[^\p{C}\p{Z}])$/u.test(character);
  return `U+${code}${isVisible ? ` '${character}'` : ''}`;
}
