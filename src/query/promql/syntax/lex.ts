// Text in, tokens out, comments and white space dropped. Context: inside brackets a colon separates
// range and step, everywhere else it belongs to the word; inside braces there are only labels,
// strings and what compares them. What cannot be read becomes a token of its own, so that an error
// further to the left is told first.

export interface Token {
  /** 'error': `text` is what is wrong at that place; nothing follows it. */
  readonly kind: 'number' | 'string' | 'word' | 'symbol' | 'end' | 'error';
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const blank = /(?:[ \t\n\r]+|#[^\n\r]*)+/y;
const word = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const plainWord = /[A-Za-z_][A-Za-z0-9_]*/y;
const numeral =
  /(?:0[xX][0-9a-fA-F_]*|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)[0-9A-Za-z_.]*/y;
const string = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y;
const symbol = /==|!=|<\/|<=|>\/|>=|[=<>+\-*/%^(){[\],:@]/y;
const braceSymbol = /=~|!=|!~|[=,}]/y;

export function lex(text: string): readonly Token[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #parens = 0;
  #isInBrackets = false;
  #isInBraces = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    for (;;) {
      this.#at += this.#read(blank)?.length ?? 0;
      if (this.#at >= this.#text.length) {
        this.#pushEnd();
        return this.#tokens;
      }
      if (!this.#next()) return this.#tokens;
    }
  }

  /** False when the text cannot be read further. */
  #next(): boolean {
    const name = this.#read(this.#isInBrackets || this.#isInBraces ? plainWord : word);
    if (name !== undefined) return this.#push('word', name);
    const number = this.#isInBraces ? undefined : this.#read(numeral);
    if (number !== undefined) return this.#push('number', number);
    const quoted = this.#read(string);
    if (quoted !== undefined) return this.#pushString(quoted);
    const found = this.#read(this.#isInBraces ? braceSymbol : symbol);
    return found === undefined ? this.#fail(this.#at, this.#unreadable()) : this.#pushSymbol(found);
  }

  #read(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #push(kind: Token['kind'], content: string): true {
    const to = this.#at + content.length;
    this.#tokens.push({ kind, text: content, from: this.#at, to });
    this.#at = to;
    return true;
  }

  /** The replacement character stands for bytes that are no UTF-8. */
  #pushString(quoted: string): boolean {
    if (quoted.includes('\ufffd')) return this.#fail(this.#at, 'invalid UTF-8 rune');
    return this.#push('string', quoted);
  }

  #pushSymbol(found: string): boolean {
    if (found === '=' && this.#text[this.#at + 1] === '~' && !this.#isInBraces) {
      return this.#fail(this.#at, "unexpected character after '=': '~'");
    }
    if (found === '(') this.#parens++;
    if (found === ')' && --this.#parens < 0) {
      return this.#fail(this.#at + 1, "unexpected right parenthesis ')'");
    }
    if (found === '[') this.#isInBrackets = true;
    if (found === ']') this.#isInBrackets = false;
    if (found === '{') this.#isInBraces = true;
    if (found === '}') this.#isInBraces = false;
    return this.#push('symbol', found);
  }

  #pushEnd(): void {
    const end = this.#text.length;
    if (this.#isInBraces) this.#fail(end, 'unexpected end of input inside braces');
    else if (this.#isInBrackets) this.#fail(end, 'unexpected end of input in duration expression');
    else if (this.#parens > 0) this.#fail(end, 'unclosed left parenthesis');
    else this.#tokens.push({ kind: 'end', text: '', from: end, to: end });
  }

  #fail(from: number, what: string): false {
    const to = Math.max(from, Math.min(this.#text.length, from + 1));
    this.#tokens.push({ kind: 'error', text: what, from, to });
    return false;
  }

  #unreadable(): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
    if (character === '"' || character === "'") return 'unterminated quoted string';
    if (character === '`') return 'unterminated raw string';
    if (this.#isInBraces) return `unexpected character inside braces: '${character}'`;
    if (character === '!') {
      return `unexpected character after '!': '${this.#text[this.#at + 1] ?? ''}'`;
    }
    return `unexpected character: '${character}'`;
  }
}
