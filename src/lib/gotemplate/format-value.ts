// Values as text: what %v, %+v, %#v and an action of a template print.
// https://pkg.go.dev/fmt#hdr-Printing
import { formatFloat } from './format-float.ts';
import {
  GoFunction,
  GoList,
  GoMap,
  type GoObject,
  type GoValue,
  sortedEntries,
  typeNameOf,
} from './value.ts';

export interface ValueStyle {
  /** %#v. */
  readonly isGoSyntax?: boolean;
}

/** As %v; nil is `<nil>`. */
export function formatValue(value: GoValue, style: ValueStyle = {}): string {
  switch (typeof value) {
    case 'undefined':
      return '<nil>';
    case 'string':
      return style.isGoSyntax ? quoteGo(value) : value;
    case 'number':
      return formatFloat(value, 'g');
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return formatCompound(value, style);
  }
}

function formatCompound(value: GoList | GoMap | GoObject | GoFunction, style: ValueStyle): string {
  const inner = (item: GoValue): string => formatValue(item, style);
  if (value instanceof GoList) {
    const items = value.items.map(inner);
    return style.isGoSyntax ? `${value.typeName}{${items.join(', ')}}` : `[${items.join(' ')}]`;
  }
  if (value instanceof GoMap) {
    const pairs = sortedEntries(value).map(([key, item]) => `${inner(key)}:${inner(item)}`);
    return style.isGoSyntax ? `${value.typeName}{${pairs.join(', ')}}` : `map[${pairs.join(' ')}]`;
  }
  return value instanceof GoFunction ? typeNameOf(value) : value.toText();
}

/** As fmt.Sprint: a space between two operands of which none is a string. */
export function sprint(values: readonly GoValue[]): string {
  let text = '';
  for (const [i, value] of values.entries()) {
    const isSpaced = i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string';
    text += (isSpaced ? ' ' : '') + formatValue(value);
  }
  return text;
}

export const sprintln = (values: readonly GoValue[]): string =>
  `${values.map((value) => formatValue(value)).join(' ')}\n`;

const namedEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** As strconv.Quote, or with `isAscii` strconv.QuoteToASCII. */
export function quoteGo(text: string, options: { quote?: string; isAscii?: boolean } = {}): string {
  const { quote = '"', isAscii = false } = options;
  let quoted = '';
  for (const character of text) {
    if (character === quote) quoted += `\\${quote}`;
    else quoted += namedEscapes[character] ?? escapeCharacter(character, isAscii);
  }
  return quote + quoted + quote;
}

function escapeCharacter(character: string, isAscii: boolean): string {
  const code = character.codePointAt(0) as number;
  const isPrintable = /^(?: |[^\p{C}\p{Z}])$/u.test(character);
  if (isPrintable && (!isAscii || code < 0x80)) return character;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
