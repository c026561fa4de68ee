// One operand by one verb of printf.
import { type FloatVerb, formatFloat } from './format-float.ts';
import { formatValue, quoteGo } from './format-value.ts';
import {
  GoInt64,
  GoList,
  GoMap,
  GoObject,
  type GoValue,
  sortedEntries,
  typeNameOf,
  utf8,
} from './value.ts';

/** `%` flags width `.` precision verb. */
export interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}

/** A list or a map is formatted element by element, as Go does. */
export function formatOperand(value: GoValue, directive: Directive): string {
  const { verb } = directive;
  if (verb === 'T') return pad(typeNameOf(value), directive);
  if (verb === 'v') return formatDefault(value, directive);
  if (value instanceof GoList && verb !== 'p') {
    return `[${value.items.map((item) => formatOperand(item, directive)).join(' ')}]`;
  }
  if (value instanceof GoMap && verb !== 'p') {
    const pairs = sortedEntries(value).map(
      ([key, item]) => `${formatOperand(key, directive)}:${formatOperand(item, directive)}`,
    );
    return `map[${pairs.join(' ')}]`;
  }
  const text = formatBasic(value instanceof GoInt64 ? value.value : value, directive);
  if (text !== undefined) return text;
  if (value === undefined) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeNameOf(value)}=${formatValue(value)})`;
}

function formatDefault(value: GoValue, directive: Directive): string {
  if (value instanceof GoInt64) return formatDefault(value.value, directive);
  if (typeof value === 'number')
    return number(formatFloat(value, 'g', directive.precision), directive);
  if (typeof value === 'bigint') return formatInteger(value, { ...directive, verb: 'd' }) ?? '';
  if (typeof value === 'string' && !directive.flags.includes('#')) return text(value, directive);
  return pad(formatValue(value, { isGoSyntax: directive.flags.includes('#') }), directive);
}

/** Undefined when the verb does not fit the type. */
function formatBasic(value: GoValue, directive: Directive): string | undefined {
  const { verb } = directive;
  switch (typeof value) {
    case 'string':
      return formatText(value, directive);
    case 'boolean':
      return verb === 't' ? pad(String(value), directive) : undefined;
    case 'bigint':
      return formatInteger(value, directive);
    case 'number':
      return formatNumber(value, directive);
    default:
      return value instanceof GoObject ? formatObject(value, directive) : undefined;
  }
}

/** A named number prints its number where a verb of numbers asks, else its text. */
function formatObject(value: GoObject, directive: Directive): string | undefined {
  const basic = value.basic();
  const number = typeof basic === 'bigint' ? formatInteger(basic, directive) : undefined;
  return /^[sqxX]$/.test(directive.verb) || number === undefined
    ? formatText(value.toText(), directive)
    : number;
}

function formatText(value: string, directive: Directive): string | undefined {
  const { verb, flags, precision } = directive;
  switch (verb) {
    case 's':
      return text(value, directive);
    case 'q': {
      const shown = precision === undefined ? value : [...value].slice(0, precision).join('');
      const isRaw = flags.includes('#') && !/[`\p{Cc}]/u.test(shown.replaceAll('\t', ''));
      return pad(
        isRaw ? `\`${shown}\`` : quoteGo(shown, { isAscii: flags.includes('+') }),
        directive,
      );
    }
    case 'x':
    case 'X':
      return pad(hexOf(utf8(value), directive), directive);
    default:
      return undefined;
  }
}

function text(value: string, directive: Directive): string {
  const { precision } = directive;
  return pad(precision === undefined ? value : [...value].slice(0, precision).join(''), directive);
}

function hexOf(bytes: Uint8Array, { flags, verb, precision }: Directive): string {
  const kept = precision === undefined ? bytes : bytes.subarray(0, precision);
  const prefix = flags.includes('#') && kept.length > 0 ? '0x' : '';
  const digits = Array.from(kept, (byte) => byte.toString(16).padStart(2, '0'));
  const joined = flags.includes(' ')
    ? digits.map((pair) => prefix + pair).join(' ')
    : prefix + digits.join('');
  return verb === 'X' ? joined.toUpperCase() : joined;
}

const bases: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, x: 16, X: 16 };
const basePrefixes: Readonly<Record<string, string>> = {
  b: '0b',
  o: '0',
  O: '0o',
  x: '0x',
  X: '0X',
};

function formatInteger(value: bigint, directive: Directive): string | undefined {
  const { verb, flags, precision } = directive;
  const base = bases[verb];
  if (base === undefined) return formatCodePoint(value, directive);
  let digits = (value < 0n ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  const hasPrefix = flags.includes('#') || verb === 'O';
  const sign = value < 0n ? '-' : '';
  const body = sign + (hasPrefix ? (basePrefixes[verb] ?? '') : '') + digits;
  return number(
    body,
    precision === undefined ? directive : { ...directive, flags: flags.replaceAll('0', '') },
  );
}

function formatCodePoint(value: bigint, directive: Directive): string | undefined {
  const isValid = value >= 0n && value <= 0x10ffffn;
  const character = String.fromCodePoint(isValid ? Number(value) : 0xfffd);
  switch (directive.verb) {
    case 'c':
      return pad(character, directive);
    case 'q':
      return pad(
        quoteGo(character, { quote: "'", isAscii: directive.flags.includes('+') }),
        directive,
      );
    case 'U': {
      const code = `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
      return pad(directive.flags.includes('#') ? `${code} '${character}'` : code, directive);
    }
    default:
      return undefined;
  }
}

function formatNumber(value: number, directive: Directive): string | undefined {
  const { verb, precision } = directive;
  if (!/^[eEfFgG]$/.test(verb)) return undefined;
  const isGeneral = verb === 'g' || verb === 'G';
  const floatVerb = (verb === 'F' ? 'f' : verb) as FloatVerb;
  return number(formatFloat(value, floatVerb, precision ?? (isGeneral ? undefined : 6)), directive);
}

/** With the sign and the zeros that the flags ask for. */
function number(digits: string, directive: Directive): string {
  const { flags, width = 0 } = directive;
  const isNumber = !/(?:Inf|NaN)$/.test(digits);
  const sign = /^[+-]/.exec(digits)?.[0] ?? '';
  const body = digits.slice(sign.length);
  const isPositive = sign !== '-';
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : isNumber ? '' : sign;
  const shownSign = isPositive ? plus : '-';
  if (flags.includes('0') && isNumber)
    return shownSign + body.padStart(width - shownSign.length, '0');
  return pad(shownSign + body, { ...directive, flags: flags.replaceAll('0', '') });
}

function pad(shown: string, { width = 0, flags }: Directive): string {
  const missing = width - [...shown].length;
  if (missing <= 0) return shown;
  if (flags.includes('-')) return shown + ' '.repeat(missing);
  return (flags.includes('0') ? '0' : ' ').repeat(missing) + shown;
}
