// `luhn`: numbers that pass the check of credit cards are replaced.
import type { LuhnStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage } from './definition.ts';
import { checkSource } from './source.ts';

export const luhn = defineStage<LuhnStage>({
  kind: 'luhn',
  doc: 'Replaces numbers that pass the Luhn check, such as those of credit cards.',
  example: 'stage.luhn { replacement = "**CARD**" }',
  prepare: ({ replacement, source, lengthMin, delimiters }) => {
    checkSource(source);
    const shown = replacement === '' ? '**REDACTED**' : replacement;
    const digitsMin = lengthMin < 1 ? 13 : lengthMin;
    return changing('luhn', (entry) => {
      const text = source === undefined ? entry.line : entry.extracted.get(source);
      if (typeof text !== 'string') return;
      entry.line = replaceNumbers(text, { shown, digitsMin, delimiters });
    });
  },
});

interface Replacing {
  readonly shown: string;
  readonly digitsMin: number;
  /** Characters that may stand between digits. */
  readonly delimiters: string;
}

const isDigit = (char: string): boolean => char >= '0' && char <= '9';

function replaceNumbers(text: string, { shown, digitsMin, delimiters }: Replacing): string {
  let replaced = '';
  let from = 0;
  while (from < text.length) {
    if (!isDigit(text[from] as string)) {
      replaced += text[from++];
      continue;
    }
    let digits = '';
    let to = from;
    for (; to < text.length; to++) {
      const char = text[to] as string;
      if (isDigit(char)) digits += char;
      else if (!delimiters.includes(char)) break;
    }
    const end = isDigit(text[to - 1] as string) ? '' : (text[to - 1] as string);
    const isNumber = digits.length >= digitsMin && isBelowInt64(digits) && passesLuhn(digits);
    replaced += isNumber ? shown + end : text.slice(from, to);
    from = to;
  }
  return replaced;
}

/** Longer runs of digits are no numbers to the original either. */
const isBelowInt64 = (digits: string): boolean => digits.length < 19 || BigInt(digits) < 1n << 63n;

/** https://en.wikipedia.org/wiki/Luhn_algorithm */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const weighed = i % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
