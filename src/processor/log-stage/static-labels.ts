// `static_labels`: labels with values that the file gives.
import type { StaticLabelsStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';
import { checkLabelName } from './label-name.ts';

export const staticLabels = defineStage<StaticLabelsStage>({
  kind: 'static_labels',
  doc: 'Adds labels with fixed values; an empty value adds none.',
  example: '- static_labels:\n    env: prod',
  prepare: ({ labels }) => {
    if (labels.length === 0) throw invalid('static_labels stage config cannot be empty');
    for (const [name] of labels) checkLabelName(name);
    const wanted = labels.filter(([, value]) => value !== '');
    return (_, next) => (entry) => {
      for (const [name, value] of wanted) entry.labels.set(name, value);
      next(entry);
    };
  },
});
