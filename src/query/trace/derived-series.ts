// From a point of a metric made of traces back to the spans behind it. In: a selector of series, a time
// and how far back the point looks; out: TraceQL and a range. Pure.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/
import {
  dimensionLabel,
  instanceLabel,
  overflowLabel,
  spanKindLabels,
  spanMetric,
  statusCodeLabels,
  type TraceDimensions,
} from '#model/trace-metrics.ts';
import type { Matcher } from '../promql/syntax/ast.ts';
import { type GraphDimensions, graphSpans } from './derived-edges.ts';
import { bucketCondition, labelCondition, unknownSeries, wordCondition } from './derived-label.ts';
import {
  all,
  any,
  attributeSource,
  both,
  type Condition,
  dimensionSource,
  filter,
  intrinsicSource,
  type LabelSource,
  not,
} from './span-condition.ts';

export interface DerivedSeries {
  /** `traces_spanmetrics_latency_bucket` and the like. */
  readonly name: string;
  readonly matchers: readonly Matcher[];
  readonly timeMs: number;
  /** How far back the point looks: the range of its rate(), or the step. */
  readonly windowMs: number;
}

/** What labels are made of here. */
export interface DerivedDimensions {
  readonly spanMetrics: TraceDimensions;
  readonly serviceGraph: GraphDimensions;
  /** The service whose spans are in the store but in no metric: our own. */
  readonly ownService?: string | undefined;
}

export interface SpansBehind {
  /** Finds the spans that were counted. */
  readonly traceql: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Throws InputError `derived_series` for a metric or a matcher that no spans can be told by. */
export function spansBehind(series: DerivedSeries, dimensions: DerivedDimensions): SpansBehind {
  const { name, timeMs, windowMs } = series;
  const matchers = series.matchers.filter(({ label }) => label !== instanceLabel);
  if (matchers.some(({ label, value }) => label === overflowLabel && value !== '')) {
    throw unknownSeries(
      'the series of everything for which there was no room',
      'trace_metrics.max_series',
    );
  }
  const metric = name.replace(/_(?:bucket|sum|count)$/, '');
  const graph = graphSpans(metric, name, matchers, dimensions.serviceGraph);
  const traceql = graph ?? filter(spanCondition(metric, name, matchers, dimensions));
  return { traceql, fromMs: timeMs - windowMs, toMs: timeMs };
}

function spanCondition(
  metric: string,
  name: string,
  matchers: readonly Matcher[],
  { spanMetrics, ownService }: DerivedDimensions,
): Condition {
  const known: readonly string[] = [spanMetric.calls, spanMetric.latency, spanMetric.size];
  if (!known.includes(metric)) {
    throw unknownSeries(
      `the metric ${name}`,
      'Only traces_spanmetrics_* and traces_service_graph_* lead there.',
    );
  }
  const conditions = matchers.map((matcher) => matcherCondition(matcher, name, spanMetrics));
  const isOfOneService = matchers.some(
    ({ label, operator }) => label === 'service' && operator === '=',
  );
  const others =
    ownService === undefined || isOfOneService
      ? undefined
      : not(attributeSource('resource', 'service.name').is(ownService));
  return all([...conditions, others]);
}

function matcherCondition(matcher: Matcher, name: string, dimensions: TraceDimensions): Condition {
  const { label } = matcher;
  if (label === 'le' && name.endsWith('_bucket')) return bucketCondition(matcher);
  if (label === 'span_kind') return wordCondition(matcher, 'kind', spanKindLabels);
  if (label === 'status_code') return wordCondition(matcher, 'status', statusCodeLabels);
  const source = sourceOf(label, dimensions);
  if (source) return labelCondition(matcher, source);
  throw unknownSeries(
    `the label ${label}`,
    'Only labels of span_metrics.intrinsic_dimensions, dimensions and dimension_mappings lead there.',
  );
}

function sourceOf(label: string, dimensions: TraceDimensions): LabelSource | undefined {
  const attribute = dimensions.dimensions.find((name) => dimensionLabel(name) === label);
  if (attribute !== undefined) return dimensionSource(attribute);
  const mapping = dimensions.dimensionMappings.find(({ name }) => dimensionLabel(name) === label);
  if (mapping) return joinedSource(label, mapping.sources.map(dimensionSource), mapping.join);
  switch (label) {
    case 'service':
      return attributeSource('resource', 'service.name');
    case 'span_name':
      return intrinsicSource('name');
    case 'status_message':
      return intrinsicSource('statusMessage');
    case 'instance':
      return attributeSource('resource', 'service.instance.id');
    case 'job': {
      const parts = ['service.namespace', 'service.name'];
      return joinedSource(
        label,
        parts.map((name) => attributeSource('resource', name)),
        '/',
      );
    }
    default:
      return undefined;
  }
}

/** The values that are not empty, with `join` between them. */
function joinedSource(label: string, sources: readonly LabelSource[], join: string): LabelSource {
  const matches = (pattern: string): string => {
    if (pattern === '.*') return any(['true']);
    if (pattern === '.+') return any(sources.map((source) => not(source.isEmpty())));
    throw unknownSeries(`the pattern ${label}=~"${pattern}"`, `Give one value of ${label}.`);
  };
  return {
    is: (value) => any(splitsOf(value, sources, join)),
    isEmpty: () => noneOf(sources),
    matches,
  };
}

/** All ways in which the sources, some of them empty, can give `value`. */
function splitsOf(value: string, sources: readonly LabelSource[], join: string): string[] {
  const [first, ...rest] = sources;
  if (!first) return value === '' ? ['true'] : [];
  const ways: string[] = [];
  const add = (condition: string, others: readonly string[]): void => {
    for (const other of others) ways.push(other === 'true' ? condition : both(condition, other));
  };
  add(first.isEmpty(), splitsOf(value, rest, join));
  if (value === '') return ways;
  add(first.is(value), splitsOf('', rest, join));
  if (rest.length === 0) return ways;
  for (let at = 1; at < value.length && ways.length < waysMax; at++) {
    if (!value.startsWith(join, at) || at + join.length >= value.length) continue;
    const others = splitsOf(value.slice(at + join.length), rest, join);
    add(
      first.is(value.slice(0, at)),
      others.filter((other) => other !== noneOf(rest)),
    );
  }
  return ways;
}

/** A query of more alternatives serves nobody. */
const waysMax = 64;

/** Not one of them has a value; written as splitsOf writes it. */
const noneOf = (sources: readonly LabelSource[]): string =>
  sources.map((source) => source.isEmpty()).reduceRight((rest, first) => both(first, rest));
