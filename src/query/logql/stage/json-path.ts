// Paths of `json x="a.b[0][\"c d\"]"`.
import {
  endOf,
  JsonBreak,
  type JsonValue,
  jsonDepthMax,
  scanKey,
  scanValue,
  skipBlank,
} from './json-scan.ts';

export type JsonPath = readonly (string | number)[];

type TokenKind = 'FIELD' | 'STRING' | 'INDEX' | 'DOT' | 'LSB' | 'RSB' | '$end';

interface Token {
  readonly kind: TokenKind;
  readonly value: string | number;
}

/** What is wrong with the path, in the words of Loki's parser. */
class PathFault extends Error {}

/** path := FIELD step* | access step*; step := DOT FIELD | access; access := [ STRING | INDEX ]. */
export function parseJsonPath(text: string): JsonPath | string {
  try {
    return new PathParser(tokenize(text)).parse();
  } catch (error) {
    if (error instanceof PathFault) return error.message;
    throw error;
  }
}

class PathParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): JsonPath {
    const path: (string | number)[] = [this.#first()];
    for (;;) {
      const token = this.#take();
      if (token.kind === '$end') return path;
      if (path.length >= jsonDepthMax) throw new PathFault(`more than ${jsonDepthMax} steps`);
      if (token.kind === 'DOT') path.push(this.#expect(['FIELD']).value);
      else if (token.kind === 'LSB') path.push(this.#access());
      else throw this.#unexpected(token);
    }
  }

  #first(): string | number {
    const token = this.#expect(['LSB', 'FIELD']);
    return token.kind === 'LSB' ? this.#access() : token.value;
  }

  #access(): string | number {
    const { value } = this.#expect(['STRING', 'INDEX']);
    this.#expect(['RSB']);
    return value;
  }

  #take(): Token {
    return this.#tokens[this.#at++] ?? { kind: '$end', value: '' };
  }

  #expect(kinds: readonly TokenKind[]): Token {
    const token = this.#take();
    if (kinds.includes(token.kind)) return token;
    throw this.#unexpected(token, kinds);
  }

  #unexpected({ kind }: Token, wanted: readonly TokenKind[] = []): PathFault {
    const expecting = wanted.length === 0 ? '' : `, expecting ${wanted.join(' or ')}`;
    return new PathFault(`syntax error: unexpected ${kind}${expecting}`);
  }
}

const symbols: Readonly<Record<string, TokenKind>> = { '.': 'DOT', '[': 'LSB', ']': 'RSB' };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // A string ends at a quote or a closing bracket, which it takes with it.
  const token = /[ \t\n]*(?:([a-zA-Z_]\w*)|(\d+)|"([^"\]]*)["\]]?|([.[\]])|([\s\S]))/uy;
  for (;;) {
    const found = token.exec(text);
    if (!found) return tokens;
    const [, field, index, string, symbol, bad] = found;
    if (field !== undefined) tokens.push({ kind: 'FIELD', value: field });
    else if (index !== undefined) tokens.push(indexToken(index, text[token.lastIndex]));
    else if (string !== undefined) tokens.push({ kind: 'STRING', value: string });
    else if (symbol !== undefined) tokens.push({ kind: symbols[symbol] as TokenKind, value: '' });
    else if (bad !== undefined && /[ \t\n]/.test(bad)) return tokens;
    else throw new PathFault(`unexpected char ${bad}`);
  }
}

function indexToken(digits: string, next: string | undefined): Token {
  if (next === '.') throw new PathFault('cannot use float as array index');
  if (next !== undefined && !/[ \t\n\]]/.test(next)) {
    throw new PathFault(`non-integer value: ${next}`);
  }
  return { kind: 'INDEX', value: Number(digits) };
}

/**
 * The value at a path of the JSON in `text`; undefined when there is none. What stands around it need
 * not be whole. Throws JsonBreak when the value itself is broken.
 */
export const findJsonPath = (text: string, path: JsonPath): JsonValue | undefined =>
  findFrom(text, 0, path, 0);

function findFrom(text: string, at: number, path: JsonPath, depth: number): JsonValue | undefined {
  const step = path[depth];
  if (step === undefined) return scanValue(text, at);
  if (typeof step === 'string') {
    return text[at] === '{' ? findField(text, at, path, depth) : undefined;
  }
  return text[at] === '[' ? findItem(text, at, path, depth) : undefined;
}

function findField(text: string, at: number, path: JsonPath, depth: number): JsonValue | undefined {
  for (let next: number | undefined = skipBlank(text, at + 1); next !== undefined; ) {
    const key = scanKey(text, next);
    if (!key) return undefined;
    const found = key.key === path[depth] ? findFrom(text, key.to, path, depth + 1) : undefined;
    if (found) return found;
    next = behindComma(text, key.to);
  }
  return undefined;
}

function findItem(text: string, at: number, path: JsonPath, depth: number): JsonValue | undefined {
  let next: number | undefined = skipBlank(text, at + 1);
  if (text[next] === ']') return undefined;
  for (let i = 0; next !== undefined; i++) {
    if (i === path[depth]) return findFrom(text, next, path, depth + 1);
    next = behindComma(text, next);
  }
  return undefined;
}

/** The place of what follows the value at `at`; undefined where nothing does. */
function behindComma(text: string, at: number): number | undefined {
  try {
    const end = skipBlank(text, endOf(scanValue(text, at)));
    return text[end] === ',' ? skipBlank(text, end + 1) : undefined;
  } catch (error) {
    if (error instanceof JsonBreak) return undefined;
    throw error;
  }
}
