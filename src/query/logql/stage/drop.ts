// `| drop a, b="x"`: removes labels, those with a condition only where their value meets it.
import type { DropStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { compileReferences } from './label-reference.ts';

export const drop = defineStage<DropStage>({
  kind: 'drop',
  name: 'drop',
  doc: 'Removes labels.',
  example: '| drop trace_id, level=~"debug|trace"',
  changes: { labels: true },
  removes: (stage) => {
    const names = stage.labels.map((label) => (label.kind === 'name' ? label.name : undefined));
    return names.includes(undefined) ? undefined : (names as string[]);
  },
  evaluate: (stage) => {
    const references = compileReferences(stage.labels);
    return ({ labels }) => {
      for (const { name, accepts } of references) {
        const value = labels.get(name);
        if (value !== undefined && accepts(value)) labels.delete(name);
      }
      return true;
    };
  },
});
