// `decolorize`: removes the escape sequences that colour a terminal.
import type { DecolorizeStage } from '#pipeline/log/stage-config.ts';
import { defineStage } from './definition.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
const sequence = /[\u001b\u009b][[()#;?]*(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-ORZcf-nqry=><]/g;

export const decolorize = defineStage<DecolorizeStage>({
  kind: 'decolorize',
  doc: 'Removes terminal colours from the line.',
  example: '- decolorize:',
  prepare: () => (_, next) => (entry) => {
    if (entry.line.includes('\u001b') || entry.line.includes('\u009b')) {
      entry.line = entry.line.replace(sequence, '');
    }
    next(entry);
  },
});
