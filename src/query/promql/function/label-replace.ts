// https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace
import { InputError } from '#lib/errors.ts';
import { expandMatch } from '#lib/expand-match.ts';
import { labelOf, METRIC_NAME, setLabels } from '#query/vector/label.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import type { GridSeries } from '#query/vector/value.ts';
import { compileRegex } from '../check/matcher.ts';
import { defineFunction } from './definition.ts';
import { seriesOf, textOf, vectorOf } from './series.ts';

export const labelReplace = defineFunction({
  name: 'label_replace',
  args: ['vector', 'string', 'string', 'string', 'string'],
  returns: 'vector',
  doc: 'Sets a label from a template, where a regular expression matches the whole of another label.',
  example: 'label_replace(up, "host", "$1", "instance", "(.*):.*")',
  evaluate: {
    kind: 'whole',
    of: ([vector, ...texts], { args, span }) => {
      const [target, template, source, pattern] = texts.map(textOf) as [
        string,
        string,
        string,
        string,
      ];
      const regex = compileRegex(pattern, args[4]?.span ?? span, 'promql_argument');
      assertLabelName(target, 'label_replace');
      const replace = (series: GridSeries): GridSeries => {
        const match = regex.matcher(labelOf(series.labels, source));
        if (!match.matches()) return series;
        const value = expandMatch(template, match);
        return withLabel(series, target, value);
      };
      return vectorOf(mergeEqualLabels(seriesOf(vector).map(replace)));
    },
  },
});

/** A name that was set is there to stay, although the one before was to go. */
export function withLabel(series: GridSeries, name: string, value: string): GridSeries {
  const labels = setLabels(series.labels, [[name, value]]);
  return name === METRIC_NAME ? { ...series, labels, dropsName: false } : { ...series, labels };
}

/** Any text but an empty one and one that was no UTF-8. */
export function assertLabelName(
  name: string,
  caller: string,
  role: 'destination' | 'source' = 'destination',
): void {
  if (name !== '' && !name.includes('\ufffd')) return;
  throw new InputError('promql_argument', `invalid ${role} label name in ${caller}(): ${name}`);
}
