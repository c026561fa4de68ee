// `labels`: values become labels.
import type { LabelsStage, NamedSources } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';
import { checkLabelName } from './label-name.ts';
import { labelTextOf } from './value.ts';

export const labels = defineStage<LabelsStage>({
  kind: 'labels',
  doc: 'Makes labels of values.',
  example: '- labels:\n    level:\n    user: user_name',
  prepare: (config) => {
    if (config.labels.length === 0) throw invalid('label stage config cannot be empty');
    const wanted = resolveSources(config.labels);
    return (_, next) => (entry) => {
      for (const [name, source] of wanted) {
        const text = labelTextOf(entry.extracted.get(source));
        if (text !== undefined) entry.labels.set(name, text);
      }
      next(entry);
    };
  },
});

/** Every name with its source. Throws InputError `log_stage_invalid` for what is no label name. */
export function resolveSources(sources: NamedSources): NamedSources {
  return sources.map(([name, source]) => {
    checkLabelName(name);
    return [name, source === '' ? name : source];
  });
}
