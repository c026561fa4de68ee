// `labelallow`: only these labels stay.
import type { LabelAllowStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';

export const labelallow = defineStage<LabelAllowStage>({
  kind: 'labelallow',
  doc: 'Takes all labels away but these.',
  example: '- labelallow: [app, namespace]',
  prepare: ({ names }) => {
    if (names.length === 0) throw invalid('labelallow stage config cannot be empty');
    const wanted = new Set(names);
    return (_, next) => (entry) => {
      for (const name of entry.labels.keys()) if (!wanted.has(name)) entry.labels.delete(name);
      next(entry);
    };
  },
});
