// `labeldrop`: labels go away.
import type { LabelDropStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';

export const labeldrop = defineStage<LabelDropStage>({
  kind: 'labeldrop',
  doc: 'Takes labels away by name.',
  example: '- labeldrop: [filename, stream]',
  prepare: ({ names }) => {
    if (names.length === 0) throw invalid('labeldrop stage config cannot be empty');
    return (_, next) => (entry) => {
      for (const name of names) entry.labels.delete(name);
      next(entry);
    };
  },
});
