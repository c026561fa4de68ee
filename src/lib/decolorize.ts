// The escape sequences that colour a terminal, as Loki and Promtail find them. RE2, because one escape
// in front of many semicolons takes a RegExp the square of their number.
import { RE2JS } from 're2js';

const escape7 = String.fromCharCode(0x1b);
const escape8 = String.fromCharCode(0x9b);
const bell = String.fromCharCode(0x07);

/** A title or link up to the bell, or a code of a few numbers and a letter. */
const sequence = RE2JS.compile(
  `[${escape7}${escape8}][\\[\\]()#;?]*` +
    `(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?${bell}|` +
    '(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~])',
);

export const decolorize = (text: string): string =>
  text.includes(escape7) || text.includes(escape8) ? sequence.matcher(text).replaceAll('') : text;
