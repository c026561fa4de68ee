// Two answers to one query, compared: labels, times, values within 1e-9, histograms, annotations.
import type { Answer, HistogramPoint, Labels, Point, Series } from './real-client.ts';

/** Undefined when they are the same; else what differs: ours, then theirs. */
export function difference(query: string, ours: Answer, theirs: Answer): string | undefined {
  if (ours.status !== theirs.status || ours.errorType !== theirs.errorType) {
    return `${outcome(ours)} for ${outcome(theirs)}`;
  }
  const [ourNotes, theirNotes] = [notesOf(ours), notesOf(theirs)];
  if (ourNotes !== theirNotes) return `annotations ${ourNotes} for ${theirNotes}`;
  if (!ours.data || !theirs.data) return undefined;
  const { resultType } = theirs.data;
  if (ours.data.resultType !== resultType) return `${ours.data.resultType} for ${resultType}`;
  if (resultType === 'scalar' || resultType === 'string') {
    return samePoint(ours.data.result as Point, theirs.data.result as Point);
  }
  const lists = [ours.data.result, theirs.data.result] as unknown as readonly (readonly Series[])[];
  // Only what is sorted, and only at one time, has an order.
  const isOrdered = resultType === 'vector' && query.startsWith('sort');
  const [our, their] = (isOrdered ? lists : lists.map(inOrder)) as [Series[], Series[]];
  const [ourNames, theirNames] = [namesOf(our), namesOf(their)];
  if (ourNames !== theirNames) return `series ${ourNames} for ${theirNames}`;
  for (const [i, series] of their.entries()) {
    const wrong = sameSeries(our[i] as Series, series);
    if (wrong !== undefined) return `${keyOf(series.metric)}: ${wrong}`;
  }
  return undefined;
}

const outcome = ({ status, errorType, error }: Answer): string =>
  status === 'success' ? status : `${errorType} (${error})`;

/** Without positions. */
const notesOf = ({ warnings = [], infos = [] }: Answer): string => {
  const kinds = [...warnings, ...infos].map((text) => text.replace(/ \(\d+:\d+\)$/, ''));
  return [...new Set(kinds)].sort().join('; ');
};

const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const inOrder = (list: readonly Series[]): Series[] =>
  [...list].sort((a, b) => (keyOf(a.metric) < keyOf(b.metric) ? -1 : 1));

const namesOf = (list: readonly Series[]): string =>
  list.map(({ metric }) => keyOf(metric)).join(' ');

function sameSeries(our: Series, their: Series): string | undefined {
  const points = (one: Series): readonly Point[] => one.values ?? (one.value ? [one.value] : []);
  const histograms = (one: Series) => one.histograms ?? (one.histogram ? [one.histogram] : []);
  const [a, b] = [points(our), points(their)];
  if (a.length !== b.length) return `${a.length} points for ${b.length}`;
  for (const [i, point] of b.entries()) {
    const wrong = samePoint(a[i] as Point, point);
    if (wrong !== undefined) return wrong;
  }
  const [c, d] = [histograms(our), histograms(their)];
  if (c.length !== d.length) return `${c.length} histograms for ${d.length}`;
  for (const [i, [time, histogram]] of d.entries()) {
    const [ourTime, ourHistogram] = c[i] as (typeof d)[number];
    if (ourTime !== time) return `histogram at ${ourTime} for ${time}`;
    if (!sameHistogram(ourHistogram, histogram)) {
      return `at ${time}: ${JSON.stringify(ourHistogram)} for ${JSON.stringify(histogram)}`;
    }
  }
  return undefined;
}

function samePoint(our: Point, their: Point): string | undefined {
  if (our[0] !== their[0]) return `time ${our[0]} for ${their[0]}`;
  return isClose(our[1], their[1]) ? undefined : `at ${their[0]}: ${our[1]} for ${their[1]}`;
}

function sameHistogram(our: HistogramPoint, their: HistogramPoint): boolean {
  const [a, b] = [our.buckets ?? [], their.buckets ?? []];
  return (
    isClose(our.count, their.count) &&
    isClose(our.sum, their.sum) &&
    a.length === b.length &&
    a.every((bucket, i) =>
      bucket.every((value, j) => isClose(String(value), String(b[i]?.[j] ?? ''))),
    )
  );
}

function isClose(our: string, their: string): boolean {
  if (our === their) return true;
  const [a, b] = [Number(our), Number(their)];
  // Sums that cancel out leave a rest near zero that has no digits in common.
  return Math.abs(a - b) <= Math.max(1e-9 * Math.max(Math.abs(a), Math.abs(b)), 1e-12);
}
