// `decolorize`: removes the escape sequences that colour a terminal.
import { decolorize as withoutColours } from '#lib/decolorize.ts';
import type { DecolorizeStage } from '#pipeline/log/stage-config.ts';
import { defineStage } from './definition.ts';

export const decolorize = defineStage<DecolorizeStage>({
  kind: 'decolorize',
  doc: 'Removes terminal colours from the line.',
  example: '- decolorize:',
  prepare: () => (_, next) => (entry) => {
    entry.line = withoutColours(entry.line);
    next(entry);
  },
});
