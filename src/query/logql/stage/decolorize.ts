// `| decolorize` removes the escape sequences that colour a terminal.
import { decolorize as withoutColours } from '#lib/decolorize.ts';
import type { Decolorize } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';

export const decolorize = defineStage<Decolorize>({
  kind: 'decolorize',
  name: 'decolorize',
  doc: 'Removes terminal colours from the line.',
  example: '| decolorize',
  changes: { line: true },
  evaluate: () => (entry) => {
    entry.line = withoutColours(entry.line);
    return true;
  },
});
