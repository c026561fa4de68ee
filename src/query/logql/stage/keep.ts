// `| keep a, b="x"`: removes all other labels; error marks stay.
import type { KeepStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { isSpecialLabel } from './entry.ts';
import { compileReferences } from './label-reference.ts';

export const keep = defineStage<KeepStage>({
  kind: 'keep',
  name: 'keep',
  doc: 'Removes all labels but these.',
  example: '| keep level, status=~"5.."',
  changes: { labels: true },
  evaluate: (stage) => {
    const references = compileReferences(stage.labels);
    return ({ labels }) => {
      for (const [name, value] of [...labels.entries()]) {
        const isKept = references.some((r) => r.name === name && r.accepts(value));
        if (!isKept && !isSpecialLabel(name)) labels.delete(name);
      }
      return true;
    };
  },
});
