// Text in, tokens out, comments and white space dropped. The one piece of context: inside brackets a
// colon separates range and step, everywhere else it belongs to the word.
import { parseError } from './parse-error.ts';

export interface Token {
  readonly kind: 'number' | 'string' | 'word' | 'symbol' | 'end';
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const blank = /(?:[ \t\n\r]+|#[^\n]*)+/y;
const word = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const wordInBrackets = /[A-Za-z_][A-Za-z0-9_]*/y;
const numeral =
  /(?:0[xX][0-9a-fA-F_]*|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)[0-9A-Za-z_.]*/y;
const string = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y;
const symbol = /==|=~|!=|!~|<\/|<=|>\/|>=|[=<>+\-*/%^(){}[\],:@]/y;

export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let isInBrackets = false;
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: Token['kind'], content: string): void => {
    tokens.push({ kind, text: content, from: at, to: at + content.length });
    at += content.length;
  };
  for (;;) {
    at += read(blank)?.length ?? 0;
    if (at >= text.length) break;
    const name = read(isInBrackets ? wordInBrackets : word);
    const found = name ?? read(numeral) ?? read(string) ?? read(symbol);
    if (found === undefined) throw unreadable(text, at);
    push(name ? 'word' : kindOf(found), found);
    if (found === '[') isInBrackets = true;
    if (found === ']') isInBrackets = false;
  }
  tokens.push({ kind: 'end', text: '', from: text.length, to: text.length });
  return tokens;
}

function kindOf(found: string): Token['kind'] {
  const first = found[0] as string;
  if (/[0-9]/.test(first) || (first === '.' && found.length > 1)) return 'number';
  return first === '"' || first === "'" || first === '`' ? 'string' : 'symbol';
}

function unreadable(text: string, at: number): Error {
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  const isQuote = character === '"' || character === "'" || character === '`';
  const span = { from: at, to: isQuote ? text.length : at + character.length };
  return parseError(
    text,
    span,
    isQuote ? 'unterminated quoted string' : `unexpected character: '${character}'`,
  );
}
