// Paths of `json x="a.b[0][\"c d\"]"`.
import { arrayItems, JsonBreak, type JsonValue, objectFields } from './json-scan.ts';

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

/** The value at a path of the JSON in `text`; undefined when there is none. */
export function findJsonPath(text: string, path: JsonPath): JsonValue | undefined {
  let found = rootOf(text);
  for (const step of path) {
    if (!found) return undefined;
    found = typeof step === 'string' ? fieldOf(text, found, step) : itemOf(text, found, step);
  }
  return found;
}

function rootOf(text: string): JsonValue | undefined {
  if (text.startsWith('{')) return { kind: 'object', from: 0, to: text.length };
  if (text.startsWith('[')) return { kind: 'array', from: 0, to: text.length };
  return undefined;
}

function fieldOf(text: string, within: JsonValue, key: string): JsonValue | undefined {
  if (within.kind !== 'object') return undefined;
  return firstOf(objectFields(text, within.from), (field) => field.key === key);
}

function itemOf(text: string, within: JsonValue, index: number): JsonValue | undefined {
  if (within.kind !== 'array') return undefined;
  let at = 0;
  return firstOf(arrayItems(text, within.from), () => at++ === index);
}

/** Undefined too when the text stops being JSON before. */
function firstOf<Value extends JsonValue>(
  values: Iterable<Value>,
  isWanted: (value: Value) => boolean,
): Value | undefined {
  try {
    for (const value of values) if (isWanted(value)) return value;
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
  }
  return undefined;
}
