// JMESPath: text → tokens. https://jmespath.org/specification.html#grammar
import { InputError } from '../errors.ts';

export interface Token {
  readonly kind:
    | 'name'
    | 'quoted'
    | 'number'
    | 'literal'
    | 'punctuation'
    /** The end of the text. */
    | 'end';
  /** A name, punctuation, or the text of a literal as JSON. */
  readonly text: string;
  readonly at: number;
}

export const syntaxError = (message: string, expression: string, at: number): InputError =>
  new InputError('jmespath_syntax', `${message} at character ${at + 1} of '${expression}'`, {
    span: { from: at, to: at + 1 },
  });

const blank = /[ \t\r\n]+/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /-?[0-9]+/y;
const quoted = /"(?:[^"\\]|\\[\s\S])*"/y;
const raw = /'(?:[^'\\]|\\[\s\S])*'/y;
const literal = /`(?:[^`\\]|\\[\s\S])*`/y;
const punctuation = /\[\?|\[\]|&&|\|\||==|!=|<=|>=|[.*@&|!<>()[\]{},:]/y;

export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(expression)?.[0];
  };
  while (at < expression.length) {
    const start = at;
    const skipped = take(blank);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const found = nextToken(take, expression, start);
    if (!found) {
      const remedy = 'a name with other characters than letters, digits and _ needs double quotes:';
      throw syntaxError(`unknown character '${expression[at]}' (${remedy} "a-b")`, expression, at);
    }
    tokens.push({ kind: found.kind, text: found.text, at: start });
    at += found.length;
  }
  tokens.push({ kind: 'end', text: '', at: expression.length });
  return tokens;
}

type Found = Pick<Token, 'kind' | 'text'> & { readonly length: number };

function nextToken(
  take: (pattern: RegExp) => string | undefined,
  expression: string,
  at: number,
): Found | undefined {
  const simple = (kind: Token['kind'], text: string | undefined): Found | undefined =>
    text === undefined ? undefined : { kind, text, length: text.length };
  const known =
    simple('name', take(name)) ??
    simple('number', take(number)) ??
    simple('punctuation', take(punctuation));
  if (known) return known;
  const inQuotes = take(quoted);
  if (inQuotes !== undefined) {
    const text = parseJson(inQuotes);
    if (typeof text !== 'string') throw syntaxError('a broken name', expression, at);
    return { kind: 'quoted', text, length: inQuotes.length };
  }
  const plain = take(raw);
  if (plain !== undefined) {
    const text = JSON.stringify(plain.slice(1, -1).replace(/\\'/g, "'"));
    return { kind: 'literal', text, length: plain.length };
  }
  const given = take(literal);
  if (given === undefined) return undefined;
  return { kind: 'literal', text: literalText(given.slice(1, -1)), length: given.length };
}

/** What is no JSON is a string, as older versions of the language had it. */
function literalText(given: string): string {
  const text = given.replace(/\\`/g, '`').trimStart();
  return parseJson(text) === undefined ? JSON.stringify(text) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
