// `match`: lines that a LogQL selector matches go through stages of their own, or away.
import { messageOf } from '#lib/errors.ts';
import type { MatchStage } from '#pipeline/log/stage-config.ts';
import { defineStage, type EntryTest, invalid, type StageTools, type Step } from './definition.ts';
import { seedLabels } from './seed-labels.ts';

export const match = defineStage<MatchStage>({
  kind: 'match',
  doc: 'Runs stages on the lines that a LogQL selector matches, or drops those lines.',
  example:
    '- match:\n    selector: \'{app="api"} |= "error"\'\n    stages:\n      - json: { expressions: { level: } }',
  prepare: (config, tools) => {
    const { selector, action, stages, pipelineName, dropReason } = config;
    if (pipelineName === '') {
      throw invalid('match stage pipeline name can be omitted but cannot be an empty string');
    }
    if (selector === '') throw invalid('selector statement required for match stage');
    if (action === 'keep' && stages.length === 0) {
      throw invalid('match stage requires at least one additional stage');
    }
    if (action === 'drop' && stages.length > 0) {
      throw invalid('match stage configured to drop entries cannot contain stages');
    }
    const matches = compile(selector, tools);
    const prepared = tools.prepareStages(stages);
    return (context, next) => {
      const reason = dropReason === '' ? 'match_stage' : dropReason;
      const matched: Step =
        action === 'drop' ? (entry) => context.drop(entry, reason) : prepared(context, next);
      return (entry) => {
        if (!matches(entry.labels, entry.line)) {
          next(entry);
          return;
        }
        seedLabels(entry);
        matched(entry);
      };
    };
  },
});

function compile(selector: string, { compileSelector }: StageTools): EntryTest {
  try {
    return compileSelector(selector);
  } catch (error) {
    throw invalid(`invalid selector syntax for match stage: ${messageOf(error)}`, error);
  }
}
