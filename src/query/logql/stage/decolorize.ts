// `| decolorize` removes the escape sequences that colour a terminal.
import type { Decolorize } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';

const sequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
  /[\u001b\u009b][[\]()#;?]*(?:(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~]))/g;

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
