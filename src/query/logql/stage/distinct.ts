// `| distinct a, b`: of the lines that have the same values, the first one. A superset: Loki had this
// stage for a while. An answer in pages begins anew with each of them.
import type { DistinctStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';

export const distinct = defineStage<DistinctStage>({
  kind: 'distinct',
  name: 'distinct',
  doc: 'Keeps the first line of each combination of values of these labels; lines without one go.',
  example: '| distinct trace_id',
  // The engine must not check anything behind it: it would decide which lines come first.
  changes: { line: true },
  evaluate: ({ labels: names }) => {
    const seen = new Set<string>();
    return ({ labels }) => {
      const values = names.map((name) => labels.get(name) ?? '');
      if (values.includes('')) return false;
      const key = JSON.stringify(values);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    };
  },
});
