// A line as words and the gaps between them. Words that are plainly values (numbers, times, addresses,
// ids) become variables at once. The gaps of two lines must be equal for them to share a pattern, so
// that a pattern is the line with `<_>` for some words, and `|>` finds every line that it stands for.

export const variable = '<_>';

export interface Tokens {
  readonly words: string[];
  /** What stands before each word, and last what stands behind all of them. */
  readonly gaps: readonly string[];
}

/** Of a longer line the rest is one variable. */
const wordsMax = 100;
export const charsMax = 2000;

const isGap = new Uint8Array(128);
for (const char of ' \t\r\n=,;"\'`()[]{}<>|') isGap[char.charCodeAt(0)] = 1;

const colon = 0x3a;
const isGapAt = (line: string, at: number): boolean => {
  const code = line.charCodeAt(at);
  if (code >= 128) return false;
  if (isGap[code] === 1) return true;
  // `10:05` and `host:80` are words, `error: ` ends one; none begins with a colon.
  return code === colon && (at + 1 === line.length || isGap[line.charCodeAt(at + 1)] === 1);
};

export function tokenize(line: string): Tokens {
  if (line.length <= charsMax) return split(line);
  const { words, gaps } = split(line.slice(0, charsMax));
  if (gaps.at(-1) === '' && words.length > 0) return { words: words.with(-1, variable), gaps };
  return { words: [...words, variable], gaps: [...gaps, ''] };
}

function split(line: string): Tokens {
  const words: string[] = [];
  const gaps: string[] = [];
  let at = 0;
  for (;;) {
    const gapStart = at;
    while (at < line.length && (isGapAt(line, at) || line.charCodeAt(at) === colon)) at++;
    gaps.push(line.slice(gapStart, at));
    if (at >= line.length) return { words, gaps };
    if (words.length === wordsMax) {
      words.push(variable);
      gaps.push('');
      return { words, gaps };
    }
    const start = at;
    while (at < line.length && !isGapAt(line, at)) at++;
    const word = line.slice(start, at);
    words.push(isVariable(word) || isLikeCapture(line, start, at) ? variable : word);
  }
}

const hasDigit = /\d/;
/** Numbers, times, sizes, addresses, and what else begins with a digit. */
const value = /^[+\-$#@/]?\d/;
/** Ids in hexadecimal, UUIDs. */
const id = /^[\da-fA-F][\da-fA-F-]{6,}[\da-fA-F]$/;

function isVariable(word: string): boolean {
  return hasDigit.test(word) && (value.test(word) || id.test(word));
}

/** `<name>` in a line would be a capture in its pattern. */
const isLikeCapture = (line: string, start: number, end: number): boolean =>
  line[end] === '>' && line[start - 1] === '<' && /^[a-zA-Z_]\w*$/.test(line.slice(start, end));

/** Whether a word is too likely to differ from line to line to choose a branch of the tree by. */
export const isUnsteady = (word: string): boolean => word === variable || hasDigit.test(word);

/** A text that two lines share if they have the same gaps. */
export const shapeOf = ({ gaps }: Tokens): string => gaps.join('\ud800');

/** The line with `<_>` for its variables. */
export function toPattern(words: readonly string[], gaps: readonly string[]): string {
  let text = gaps[0] ?? '';
  for (const [i, word] of words.entries()) text += word + (gaps[i + 1] ?? '');
  return text;
}
