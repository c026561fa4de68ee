// Lists that are sets, in an order of their own, so that answers can be compared element by element.
import { isObject, type Json, type JsonObject, type Language, stable } from './case.ts';

type Identity = (element: JsonObject) => string;

const whole: Identity = (element) => stable(element);
const byMetric: Identity = (element) => stable(element.metric ?? element);
const byLabels: Identity = ({ labels }) =>
  stable(
    (Array.isArray(labels) ? labels : [])
      .map((label) => (isObject(label) ? [label.key, label.value] : label))
      .map(stable)
      .sort(),
  );
const field =
  (...names: readonly string[]): Identity =>
  (element) =>
    String(names.map((name) => element[name]).find((value) => value !== undefined));

/** Which lists are sets: the name of the property (or the path to it), and what tells elements apart. */
const sets: Readonly<Record<Language, Readonly<Record<string, Identity>>>> = {
  promql: { 'data.result': byMetric, data: whole, warnings: whole, infos: whole },
  logql: {
    'data.result': (element) =>
      element.stream === undefined ? byMetric(element) : stable(element.stream),
    fields: field('label'),
    detectedLabels: field('label'),
    data: whole,
    values: whole,
    parsers: whole,
  },
  traceql: {
    traces: field('traceID'),
    spanSets: whole,
    spanSet: whole,
    spans: field('spanID', 'spanId'),
    attributes: field('key'),
    series: byLabels,
    labels: whole,
    tagNames: whole,
    tagValues: whole,
    scopes: field('name'),
    tags: whole,
    batches: whole,
    resourceSpans: whole,
    scopeSpans: whole,
    events: whole,
    links: whole,
    samples: field('timestampMs'),
  },
};

/** Points of one series stay in their order. */
const ordered = 'data.result.values';

export function canonical(language: Language, value: Json, path = ''): Json {
  if (Array.isArray(value)) {
    const elements = value.map((element) => canonical(language, element, path));
    const names = sets[language];
    const identity = names[path] ?? names[path.split('.').at(-1) as string];
    if (!identity || path === ordered) return elements;
    return elements
      .map((element) => ({
        element,
        key: isObject(element) ? identity(element) : stable(element),
      }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ element }) => element);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      canonical(language, inner, path === '' ? name : `${path}.${name}`),
    ]),
  );
}

/** Entries of one stream with equal times have no order of their own. */
export function orderTies(response: Json): Json {
  if (!isObject(response) || !isObject(response.data)) return response;
  const { data } = response;
  if (data.resultType !== 'streams' || !Array.isArray(data.result)) return response;
  const result = data.result.map((stream) =>
    isObject(stream) && Array.isArray(stream.values)
      ? { ...stream, values: sortTies(stream.values as readonly (readonly Json[])[]) }
      : stream,
  );
  return { ...response, data: { ...data, result } };
}

function sortTies(entries: readonly (readonly Json[])[]): Json[] {
  const sorted: (readonly Json[])[] = [];
  for (let from = 0; from < entries.length; ) {
    let to = from;
    while (to < entries.length && entries[to]?.[0] === entries[from]?.[0]) to++;
    sorted.push(...entries.slice(from, to).sort((a, b) => (stable(a) < stable(b) ? -1 : 1)));
    from = to;
  }
  return sorted;
}
