// `| decolorize` removes the escape sequences that colour a terminal.
import type { Decolorize } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';

const escape7 = String.fromCharCode(0x1b);
const escape8 = String.fromCharCode(0x9b);
const bell = String.fromCharCode(0x07);

/** A title or link up to the bell, or a code of a few numbers and a letter. */
const sequence = new RegExp(
  `[${escape7}${escape8}][[\\]()#;?]*` +
    `(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?${bell}|` +
    '(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~])',
  'g',
);

export const decolorize = defineStage<Decolorize>({
  kind: 'decolorize',
  name: 'decolorize',
  doc: 'Removes terminal colours from the line.',
  example: '| decolorize',
  changes: { line: true },
  evaluate: () => (entry) => {
    entry.line = entry.line.replace(sequence, '');
    return true;
  },
});
