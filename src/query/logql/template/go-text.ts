// Go's package strings where JavaScript's strings differ: it counts code points, changes the case of
// each of them alone, and has its own idea of blanks.

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/** A change that would make two characters of one is not made. */
function mapCharacters(text: string, change: (character: string) => string): string {
  if (isAscii(text)) return change(text);
  let result = '';
  for (const character of text) {
    const changed = change(character);
    const [first = '', ...more] = changed;
    result += more.length === 0 ? changed : character === 'İ' ? first : character;
  }
  return result;
}

export const toLower = (text: string): string => mapCharacters(text, (c) => c.toLowerCase());
export const toUpper = (text: string): string => mapCharacters(text, (c) => c.toUpperCase());

const isSeparator = (character: string): boolean =>
  isAscii(character)
    ? !/[A-Za-z0-9_]/.test(character)
    : !/[\p{L}\p{Nd}]/u.test(character) && blank.test(character);

/** The first letter of each word in upper case. */
export function toTitle(text: string): string {
  let result = '';
  let isStart = true;
  for (const character of text) {
    result += isStart ? toUpper(character) : character;
    isStart = isSeparator(character);
  }
  return result;
}

const blanks =
  '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const blank = new RegExp(`[${blanks}]`);
const outerBlanks = new RegExp(`^[${blanks}]+|[${blanks}]+$`, 'g');

export const trimSpace = (text: string): string => text.replace(outerBlanks, '');

/** Without the characters of `set` at the start or end, or both. */
export function trimSet(text: string, set: string, sides: 'left' | 'right' | 'both'): string {
  const unwanted = new Set(set);
  const characters = [...text];
  let from = 0;
  let to = characters.length;
  if (sides !== 'right') while (from < to && unwanted.has(characters[from] as string)) from++;
  if (sides !== 'left') while (to > from && unwanted.has(characters[to - 1] as string)) to--;
  return characters.slice(from, to).join('');
}

export const trimPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text;

export const trimSuffix = (text: string, suffix: string): string =>
  text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;

export interface Replacement {
  readonly old: string;
  readonly by: string;
  /** The first so many; all if negative. */
  readonly count: number;
}

/**
 * Nothing is found before, between and after characters. `charge` is told of every text that is put in,
 * before there are too many.
 */
export function replaceText(
  text: string,
  { old, by, count }: Replacement,
  charge: (characters: number) => void,
): string {
  if (count === 0 || old === by) return text;
  const limit = count < 0 ? Number.POSITIVE_INFINITY : count;
  if (old === '') {
    const characters = [...text];
    charge(by.length * Math.min(limit, characters.length + 1));
    let result = '';
    for (const [i, character] of characters.entries()) result += (i < limit ? by : '') + character;
    return characters.length < limit ? result + by : result;
  }
  let result = '';
  let from = 0;
  for (let done = 0; done < limit; done++) {
    const at = text.indexOf(old, from);
    if (at < 0) break;
    charge(by.length);
    result += text.slice(from, at) + by;
    from = at + old.length;
  }
  return result + text.slice(from);
}
