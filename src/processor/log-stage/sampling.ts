// `sampling`: some lines stay, by chance.
import type { SamplingStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid } from './definition.ts';

export const sampling = defineStage<SamplingStage>({
  kind: 'sampling',
  doc: 'Keeps a share of the lines, chosen by chance.',
  example: '- sampling:\n    rate: 0.25',
  prepare: ({ rate, dropReason }) => {
    if (!(rate >= 0 && rate <= 1)) {
      throw invalid('sampling stage failed to parse rate, which must be from 0 to 1');
    }
    const reason = dropReason === '' ? 'sampling_stage' : dropReason;
    return ({ random, drop }, next) =>
      (entry) => {
        if (random() < rate) next(entry);
        else drop(entry, reason);
      };
  },
});
