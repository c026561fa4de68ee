// https://prometheus.io/docs/prometheus/latest/querying/functions/#label_join
import { labelOf } from '#query/vector/label.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import { defineFunction } from './definition.ts';
import { assertLabelName, withLabel } from './label-replace.ts';
import { seriesOf, textOf, vectorOf } from './series.ts';

export const labelJoin = defineFunction({
  name: 'label_join',
  args: ['vector', 'string', 'string', 'string'],
  optional: 1,
  isVariadic: true,
  returns: 'vector',
  doc: 'Sets a label to the values of others, joined by a separator.',
  example: 'label_join(up, "where", "/", "job", "instance")',
  evaluate: {
    kind: 'whole',
    of: ([vector, ...texts]) => {
      const [target, separator, ...sources] = texts.map(textOf) as [string, string, ...string[]];
      for (const source of sources) assertLabelName(source, 'label_join', 'source');
      assertLabelName(target, 'label_join');
      const joined = seriesOf(vector).map((series) => {
        const value = sources.map((source) => labelOf(series.labels, source)).join(separator);
        return withLabel(series, target, value);
      });
      return vectorOf(mergeEqualLabels(joined));
    },
  },
});
