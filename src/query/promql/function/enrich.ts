// info(): labels of info series (such as target_info) for the series of the same instance and job.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#info
// https://github.com/prometheus/prometheus/blob/main/promql/info.go
import { InputError } from '#lib/errors.ts';
import { formatLabels, keepLabels, labelOf, METRIC_NAME, setLabels } from '#query/vector/label.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import { type GridSeries, KEY_SEPARATOR, type Labels, labelsKey } from '#query/vector/value.ts';
import { compileMatcher } from '../check/matcher.ts';
import { infoSelector } from '../plan/enrichment.ts';
import type { Expr, Matcher } from '../syntax/ast.ts';
import { type CallContext, defineFunction } from './definition.ts';
import { GridBuilder } from './grid-builder.ts';
import { pointAt, seriesOf, vectorOf } from './series.ts';

export const info = defineFunction({
  name: 'info',
  args: ['vector', 'vector'],
  optional: 1,
  returns: 'vector',
  doc: 'Adds to each series the labels of the info series with the same instance and job; the second argument selects which.',
  example: 'info(rate(http_requests_total[5m]), {k8s_cluster_name=~".+"})',
  isExperimental: true,
  takesLabelSelector: true,
  evaluate: {
    kind: 'whole',
    *of([base, infos], context) {
      const selection = selectionOf(context.args);
      const series = seriesOf(base);
      const isInfo = series.map(({ labels }) => selection.isInfo(labels));
      const wanted = series.filter((_, i) => !isInfo[i]);
      const found = relatedTo(wanted, seriesOf(infos));
      const enriched = yield* enrich(wanted, found, selection, context);
      return vectorOf([...series.filter((_, i) => isInfo[i]), ...enriched]);
    },
  },
});

/** Labels that say whose series a series is. */
const identifying: ReadonlySet<string> = new Set(['instance', 'job']);

interface Selection {
  /** Whether a series of the first argument is an info series itself, which gets nothing added. */
  isInfo(labels: Labels): boolean;
  /** Whether a label of an info series is to be added. */
  isWanted(label: string): boolean;
  /** Whether a series without info series stays. */
  readonly keepsUnmatched: boolean;
}

function selectionOf([base, selector]: readonly Expr[]): Selection {
  const { matchers } = infoSelector(base as Expr, selector);
  const nameMatchers = matchers.filter(isOfName).map(compileMatcher);
  const data = matchers.filter((matcher) => !isOfName(matcher));
  const names = new Set(data.map(({ label }) => label));
  return {
    isInfo: (labels) => {
      const name = labelOf(labels, METRIC_NAME);
      return nameMatchers.every((accepts) => accepts(name));
    },
    isWanted: (label) => names.size === 0 || names.has(label),
    keepsUnmatched: data.every((matcher) => compileMatcher(matcher)('')),
  };
}

const isOfName = ({ label }: Matcher): boolean => label === METRIC_NAME;

/** Info series whose identifying labels have values that any of the series has. */
function relatedTo(
  series: readonly GridSeries[],
  infos: readonly GridSeries[],
): readonly GridSeries[] {
  const values = [...identifying]
    .map((label) => {
      const known = new Set(series.map(({ labels }) => labelOf(labels, label)));
      known.delete('');
      return { label, known };
    })
    .filter(({ known }) => known.size > 0);
  if (values.length === 0) return [];
  return infos.filter(({ labels }) =>
    values.every(({ label, known }) => known.has(labelOf(labels, label))),
  );
}

/** By metric name and identity: the info series of one step. */
const signatureOf = (name: string, labels: Labels): string =>
  name + KEY_SEPARATOR + labelsKey(keepLabels(labels, identifying));

function* enrich(
  series: readonly GridSeries[],
  infos: readonly GridSeries[],
  selection: Selection,
  { grid, reserve }: CallContext,
): Pausable<readonly GridSeries[]> {
  const names = [...new Set(infos.map(({ labels }) => labelOf(labels, METRIC_NAME)))];
  const signatures = infos.map(({ labels }) => signatureOf(labelOf(labels, METRIC_NAME), labels));
  const wanted = series.map(({ labels }) => names.map((name) => signatureOf(name, labels)));
  const results = new Map<string, { source: GridSeries; labels: Labels; points: GridBuilder }>();
  for (let step = 0; step < grid.count; step++) {
    const newest = newestInfos(infos, signatures, step);
    for (const [i, source] of series.entries()) {
      const point = pointAt(source, step);
      if (point === undefined) continue;
      const members = (wanted[i] as string[]).flatMap((key) => newest.get(key) ?? []);
      if (members.length === 0 && !selection.keepsUnmatched) continue;
      const labels = addedLabels(source.labels, members, selection);
      const key = labelsKey(labels);
      let result = results.get(key);
      if (!result) {
        reserve(grid.count);
        result = { source, labels, points: new GridBuilder(grid.count) };
        results.set(key, result);
      }
      if (result.points.has(step)) throw duplicate(labels);
      result.points.set(step, point);
    }
    yield;
  }
  return [...results.values()].map(({ source, labels, points }) =>
    points.build(labels, source.dropsName),
  );
}

/** The values of info series are the times of their samples: the newest of a signature counts. */
function newestInfos(
  infos: readonly GridSeries[],
  signatures: readonly string[],
  step: number,
): ReadonlyMap<string, GridSeries> {
  const newest = new Map<string, GridSeries>();
  for (const [i, one] of infos.entries()) {
    const time = pointAt(one, step);
    if (time === undefined) continue;
    if (typeof time !== 'number') {
      const what = `this should be an info metric, with float samples: ${formatLabels(one.labels)}`;
      throw new InputError('promql_argument', what);
    }
    const key = signatures[i] as string;
    const known = newest.get(key);
    const knownTime = known ? (known.values[step] as number) : -Infinity;
    if (known && knownTime === time) {
      const timeMs = Math.round(time * 1000);
      throw new InputError(
        'vector_duplicate_series',
        `found duplicate series for info metric: existing ${formatLabels(known.labels)} @ ${timeMs}, new ${formatLabels(one.labels)} @ ${timeMs}`,
      );
    }
    if (time > knownTime) newest.set(key, one);
  }
  return newest;
}

function addedLabels(base: Labels, infos: readonly GridSeries[], selection: Selection): Labels {
  const added = new Map<string, string>();
  for (const { labels } of infos) {
    for (const [label, value] of Object.entries(labels)) {
      if (label === METRIC_NAME || !selection.isWanted(label)) continue;
      const known = added.get(label);
      if (known !== undefined && known !== value) {
        throw new InputError('promql_argument', `conflicting label: ${label}`);
      }
      if (!Object.hasOwn(base, label)) added.set(label, value);
    }
  }
  return added.size === 0 ? base : setLabels(base, added);
}

const duplicate = (labels: Labels): InputError =>
  new InputError(
    'vector_duplicate_series',
    'vector cannot contain metrics with the same labelset',
    { hint: `The result has ${formatLabels(labels)} twice.` },
  );
