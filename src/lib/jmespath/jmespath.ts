// JMESPath: an expression becomes a function once, which then looks things up in any JSON.
// https://jmespath.org/specification.html
import { type Argument, functions, Reference } from './functions.ts';
import { syntaxError, type Token, tokenize } from './lexer.ts';
import { fieldOf, isEqual, isObject, isTrue, itemOf, type Json } from './value.ts';

export type Search = (value: Json) => Json;

/** Throws InputError `jmespath_syntax`. The search throws an Error when a function gets a wrong type. */
export function compileJmesPath(expression: string): Search {
  const parser = new Parser(expression);
  return parser.whole();
}

/** How strongly an operator binds what is left of it. */
const powers: Readonly<Record<string, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '!': 45,
  '{': 50,
  '[': 55,
};
/** An operator weaker than this ends a projection. */
const projectionEnd = 10;

const nesting = 200;

class Parser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
  }

  whole(): Search {
    const search = this.#search(0);
    if (this.#token.kind !== 'end') throw this.#unexpected();
    return search;
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #unexpected(token = this.#token): Error {
    const what = token.kind === 'end' ? 'the end' : `'${token.text}'`;
    return syntaxError(`unexpected ${what}`, this.#expression, token.at);
  }

  #isAt(text: string): boolean {
    return this.#token.kind === 'punctuation' && this.#token.text === text;
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  #expect(text: string): void {
    if (!this.#isAt(text)) throw this.#unexpected();
    this.#next++;
  }

  #power(): number {
    const { kind, text } = this.#token;
    return kind === 'punctuation' ? (powers[text] ?? 0) : 0;
  }

  #search(power: number): Search {
    if (++this.#depth > nesting) throw syntaxError('too deep', this.#expression, this.#token.at);
    let left = this.#first();
    while (power < this.#power()) left = this.#continued(left, this.#take());
    this.#depth--;
    return left;
  }

  #first(): Search {
    const token = this.#take();
    switch (token.kind) {
      case 'name':
        if (this.#isAt('(')) return this.#call(token);
        return field(token.text);
      case 'quoted':
        if (this.#isAt('(')) throw this.#unexpected();
        return field(token.text);
      case 'literal': {
        const value = JSON.parse(token.text) as Json;
        return () => value;
      }
      case 'punctuation':
        return this.#punctuated(token);
      default:
        throw this.#unexpected(token);
    }
  }

  #punctuated(token: Token): Search {
    switch (token.text) {
      case '@':
        return (value) => value;
      case '*':
        return projection(valuesOf, this.#projected(powers['*'] as number));
      case '!': {
        const search = this.#search(powers['!'] as number);
        return (value) => !isTrue(search(value));
      }
      case '(': {
        const search = this.#search(0);
        this.#expect(')');
        return search;
      }
      case '{':
        return this.#object();
      case '[':
        return this.#bracket();
      case '[]':
      case '[?':
        return this.#continued((value) => value, token);
      default:
        throw this.#unexpected(token);
    }
  }

  #continued(left: Search, token: Token): Search {
    switch (token.text) {
      case '.':
        if (this.#isAt('*')) {
          this.#take();
          return projection(chain(left, valuesOf), this.#projected(powers['*'] as number));
        }
        return chain(left, this.#afterPoint(powers['.'] as number));
      case '|': {
        const right = this.#search(powers['|'] as number);
        return (value) => right(left(value));
      }
      case '||': {
        const right = this.#search(powers['||'] as number);
        return (value) => {
          const known = left(value);
          return isTrue(known) ? known : right(value);
        };
      }
      case '&&': {
        const right = this.#search(powers['&&'] as number);
        return (value) => {
          const known = left(value);
          return isTrue(known) ? right(value) : known;
        };
      }
      case '[]':
        return projection(chain(left, flatten), this.#projected(powers['[]'] as number));
      case '[?':
        return this.#filter(left);
      case '[':
        return this.#indexed(left);
      default:
        return (
          comparison(token.text, left, this.#search(powers[token.text] as number)) ??
          this.#fail(token)
        );
    }
  }

  #fail(token: Token): never {
    throw this.#unexpected(token);
  }

  #filter(left: Search): Search {
    const test = this.#search(0);
    this.#expect(']');
    const kept = (value: Json): Json =>
      Array.isArray(value) ? value.filter((item) => isTrue(test(item))) : null;
    return projection(chain(left, kept), this.#projected(powers['[?'] as number));
  }

  /** After `[` where a value stands before it. */
  #indexed(left: Search): Search {
    if (this.#isAt('*')) {
      this.#take();
      this.#expect(']');
      return projection(chain(left, listOf), this.#projected(powers['*'] as number));
    }
    return this.#indexOrSlice(left);
  }

  #indexOrSlice(left: Search): Search {
    const parts: (number | undefined)[] = [undefined];
    while (!this.#isAt(']')) {
      const token = this.#take();
      if (token.kind === 'number') {
        if (parts.at(-1) !== undefined) throw this.#unexpected(token);
        parts[parts.length - 1] = Number(token.text);
      } else if (token.text === ':' && token.kind === 'punctuation' && parts.length < 3) {
        parts.push(undefined);
      } else throw this.#unexpected(token);
    }
    this.#expect(']');
    const [start, end, step = 1] = parts;
    if (parts.length === 1) {
      if (start === undefined) throw this.#unexpected();
      return (value) => itemOf(left(value), start);
    }
    if (step === 0) throw syntaxError('a step of 0', this.#expression, this.#token.at);
    const cut = (value: Json): Json =>
      Array.isArray(value) ? slice(value, start, end, step) : null;
    return projection(chain(left, cut), this.#projected(powers['*'] as number));
  }

  /** `[` at the beginning: an index, a projection, or a list of expressions. */
  #bracket(): Search {
    if (this.#token.kind === 'number' || this.#isAt(':'))
      return this.#indexOrSlice((value) => value);
    const follower = this.#tokens[this.#next + 1];
    if (this.#isAt('*') && follower?.kind === 'punctuation' && follower.text === ']') {
      return this.#indexed((value) => value);
    }
    return this.#list();
  }

  #list(): Search {
    const items: Search[] = [];
    do items.push(this.#search(0));
    while (this.#takes(','));
    this.#expect(']');
    return (value) => (value === null ? null : items.map((item) => item(value)));
  }

  #object(): Search {
    const entries: [string, Search][] = [];
    do {
      const key = this.#take();
      if (key.kind !== 'name' && key.kind !== 'quoted') throw this.#unexpected(key);
      this.#expect(':');
      entries.push([key.text, this.#search(0)]);
    } while (this.#takes(','));
    this.#expect('}');
    return (value) =>
      value === null
        ? null
        : Object.fromEntries(entries.map(([name, search]) => [name, search(value)]));
  }

  #takes(text: string): boolean {
    if (!this.#isAt(text)) return false;
    this.#next++;
    return true;
  }

  #afterPoint(power: number): Search {
    const { kind } = this.#token;
    if (kind === 'name' || kind === 'quoted' || this.#isAt('*')) return this.#search(power);
    if (this.#takes('[')) return this.#list();
    if (this.#takes('{')) return this.#object();
    throw this.#unexpected();
  }

  /** What is done to each item; undefined: nothing. */
  #projected(power: number): Search | undefined {
    if (this.#power() < projectionEnd) return undefined;
    if (this.#isAt('[') || this.#isAt('[?')) return this.#search(power);
    if (this.#takes('.')) return this.#afterPoint(power);
    throw this.#unexpected();
  }

  #call({ text, at }: Token): Search {
    this.#expect('(');
    const args: ((value: Json) => Argument)[] = [];
    while (!this.#isAt(')')) {
      if (this.#takes('&')) {
        const reference = new Reference(this.#search(0));
        args.push(() => reference);
      } else args.push(this.#search(0));
      if (!this.#takes(',') && !this.#isAt(')')) throw this.#unexpected();
    }
    this.#expect(')');
    const called = Object.hasOwn(functions, text) ? functions[text] : undefined;
    if (!called) throw syntaxError(`there is no function ${text}()`, this.#expression, at);
    if (args.length < called.argumentsMin || args.length > called.argumentsMax) {
      throw syntaxError(`${text}() does not take ${args.length} arguments`, this.#expression, at);
    }
    return (value) => called.call(args.map((arg) => arg(value)));
  }
}

const field =
  (name: string): Search =>
  (value) =>
    fieldOf(value, name);

const chain =
  (left: Search, right: Search): Search =>
  (value) => {
    const found = left(value);
    return found === null ? null : right(found);
  };

const listOf: Search = (value) => (Array.isArray(value) ? value : null);
const valuesOf: Search = (value) => (isObject(value) ? Object.values(value) : null);
const flatten: Search = (value) => (Array.isArray(value) ? value.flat() : null);

/** Does something to every item of a list and leaves out what is null then. */
function projection(list: Search, each: Search | undefined): Search {
  return (value) => {
    const items = list(value);
    if (!Array.isArray(items)) return null;
    return (each ? items.map(each) : items).filter((item) => item !== null);
  };
}

function comparison(operator: string, left: Search, right: Search): Search | undefined {
  const ordered =
    (holds: (a: number, b: number) => boolean): Search =>
    (value) => {
      const [a, b] = [left(value), right(value)];
      return typeof a === 'number' && typeof b === 'number' ? holds(a, b) : null;
    };
  switch (operator) {
    case '==':
      return (value) => isEqual(left(value), right(value));
    case '!=':
      return (value) => !isEqual(left(value), right(value));
    case '<':
      return ordered((a, b) => a < b);
    case '<=':
      return ordered((a, b) => a <= b);
    case '>':
      return ordered((a, b) => a > b);
    case '>=':
      return ordered((a, b) => a >= b);
    default:
      return undefined;
  }
}

function slice(
  list: readonly Json[],
  start: number | undefined,
  end: number | undefined,
  step: number,
): Json[] {
  const size = list.length;
  const bound = (at: number): number => {
    const placed = at < 0 ? at + size : at;
    return step > 0
      ? Math.min(Math.max(placed, 0), size)
      : Math.min(Math.max(placed, -1), size - 1);
  };
  const from = start === undefined ? (step > 0 ? 0 : size - 1) : bound(start);
  const to = end === undefined ? (step > 0 ? size : -1) : bound(end);
  const cut: Json[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) cut.push(list[i] as Json);
  return cut;
}
