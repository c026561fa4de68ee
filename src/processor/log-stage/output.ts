// `output`: a value becomes the line.
import type { OutputStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';
import { textOf } from './value.ts';

export const output = defineStage<OutputStage>({
  kind: 'output',
  doc: 'Takes a value for the line that is stored.',
  example: '- output:\n    source: message',
  prepare: ({ source }) => {
    if (source === '') throw invalid('output source value is required if output is specified');
    return (_, next) => (entry) => {
      const text = textOf(entry.extracted.get(source));
      if (text !== undefined) entry.line = text;
      next(entry);
    };
  },
});
