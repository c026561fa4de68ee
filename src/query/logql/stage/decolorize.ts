// `| decolorize` removes the escape sequences that colour a terminal.
import type { Decolorize } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
const sequence = /[\u001b\u009b][[()#;?]*(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-ORZcf-nqry=><]/g;

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
