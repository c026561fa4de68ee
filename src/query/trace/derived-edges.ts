// From series of the service graph back to spans. A request is the span of the server below that of the
// client; where one side sends no spans it is the span of the other side, which names it.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
import { toLabelName } from '#model/metric-name.ts';
import { compileMatcher } from '../promql/check/matcher.ts';
import type { Matcher } from '../promql/syntax/ast.ts';
import { bucketCondition, labelCondition, unknownSeries } from './derived-label.ts';
import {
  all,
  any,
  attributeSource,
  attributeText,
  both,
  type Condition,
  dimensionSource,
  filter,
  type LabelSource,
} from './span-condition.ts';

/** What labels of the service graph are made of. */
export interface GraphDimensions {
  readonly dimensions: readonly string[];
  readonly enableClientServerPrefix: boolean;
  readonly peerAttributes: readonly string[];
  readonly databaseNameAttributes: readonly string[];
}

const prefix = 'traces_service_graph_request_';
const metrics = ['total', 'failed_total', 'server_seconds', 'client_seconds'] as const;
const messagingMetric = 'messaging_system_seconds';
type GraphMetric = (typeof metrics)[number] | typeof messagingMetric;

const metricOf = (name: string): GraphMetric | undefined =>
  [...metrics, messagingMetric].find((metric) => name === prefix + metric) as
    | GraphMetric
    | undefined;

/** Undefined for a metric of something else. `metric`: `name` without `_bucket` and the like. */
export function graphSpans(
  metric: string,
  name: string,
  matchers: readonly Matcher[],
  dimensions: GraphDimensions,
): string | undefined {
  const measured = metricOf(metric);
  if (measured === undefined) return undefined;
  const bucket = name.endsWith('_bucket')
    ? matchers.find(({ label }) => label === 'le')
    : undefined;
  const limit = bucket ? bucketCondition(bucket) : undefined;
  const said = matchers.filter((matcher) => matcher !== bucket);
  const wanted = (type: string): boolean =>
    said.every((matcher) => matcher.label !== 'connection_type' || compileMatcher(matcher)(type));
  const facts = { measured, limit, said, dimensions };
  const alternatives = [
    ...(wanted('') ? paired(facts, 'client', 'server') : []),
    ...(wanted('messaging_system') ? paired(facts, 'producer', 'consumer') : []),
    ...(wanted('database') ? alone(facts, 'database') : []),
    ...(wanted('virtual_node') ? alone(facts, 'virtual_node') : []),
  ];
  if (alternatives.length === 0) throw unknownSeries(`the matchers of ${name}`, noConnection);
  return alternatives.length === 1
    ? (alternatives[0] as string)
    : alternatives.map((each) => `(${each})`).join(' || ');
}

const noConnection = 'A connection_type is database, messaging_system, virtual_node or nothing.';

interface Facts {
  readonly measured: GraphMetric;
  /** Of a bucket: how long the measured span may be. */
  readonly limit: Condition;
  readonly said: readonly Matcher[];
  readonly dimensions: GraphDimensions;
}

/** Requests of which both sides send spans. */
function paired(facts: Facts, clientKind: string, serverKind: string): string[] {
  const { measured, limit } = facts;
  const isOfClient = measured === 'client_seconds';
  const isFailed = measured === 'failed_total';
  const failures = isFailed ? (['client', 'server'] as const) : ([undefined] as const);
  return failures.flatMap((failed) => {
    const error = (side: string): Condition => (failed === side ? 'status = error' : undefined);
    const client = all([
      `kind = ${clientKind}`,
      ...sideConditions(facts, 'client'),
      error('client'),
      isOfClient ? limit : undefined,
    ]);
    const server = all([
      `kind = ${serverKind}`,
      ...sideConditions(facts, 'server'),
      error('server'),
      measured === 'server_seconds' ? limit : undefined,
    ]);
    // The right side is what is found.
    return isOfClient
      ? [`${filter(server)} < ${filter(client)}`]
      : [`${filter(client)} > ${filter(server)}`];
  });
}

/** Requests of which one side sends no spans. */
function alone(facts: Facts, type: 'database' | 'virtual_node'): string[] {
  const { measured, limit, dimensions } = facts;
  const error = measured === 'failed_total' ? 'status = error' : undefined;
  if (measured === messagingMetric) return [];
  const client = all([
    any(['kind = client', 'kind = producer']),
    ...sideConditions(facts, 'client'),
    ...peerConditions(facts, 'server', namesOf(type, dimensions)),
    ...(type === 'database' ? [isDatabase(dimensions)] : []),
    error,
    limit,
  ]);
  if (type === 'database') return [filter(client)];
  const server = all([
    any(['kind = server', 'kind = consumer']),
    'nestedSetParent = -1',
    ...sideConditions(facts, 'server'),
    ...peerConditions(facts, 'client', namesOf(type, dimensions), 'user'),
    error,
    limit,
  ]);
  const isOf = (side: string): boolean =>
    facts.said.every(
      (matcher) => matcher.label !== 'virtual_node' || compileMatcher(matcher)(side),
    );
  // Those of the right side are found that no span of the left side is below. The left side must not be
  // empty, so it has the spans themselves.
  const answering = any(['kind = server', 'kind = consumer', `(${client})`]);
  const unanswered = `${filter(answering)} !< ${filter(client)}`;
  return [
    ...(isOf('server') && !facts.said.some(isUser) ? [unanswered] : []),
    ...(isOf('client') ? [filter(server)] : []),
  ];
}

/** The name of a client that nobody names. */
const isUser = ({ label, operator, value }: Matcher): boolean =>
  label === 'client' && operator === '=' && value === 'user';

const isDatabase = ({ databaseNameAttributes }: GraphDimensions): string =>
  any(databaseNameAttributes.map((name) => `${attributeText('none', name)} != nil`));

/** Attributes that name the side that sends no spans; the first counts. */
const namesOf = (type: 'database' | 'virtual_node', dimensions: GraphDimensions) =>
  type === 'virtual_node'
    ? dimensions.peerAttributes
    : [
        'peer.service',
        'server.address',
        'network.peer.address',
        ...dimensions.databaseNameAttributes,
      ];

/** What matchers say of the spans of one side. */
function sideConditions({ said, dimensions }: Facts, side: 'client' | 'server'): Condition[] {
  return said.flatMap((matcher) => {
    const source = sideSource(matcher.label, side, dimensions);
    return source ? [labelCondition(matcher, source)] : [];
  });
}

function sideSource(
  label: string,
  side: 'client' | 'server',
  { dimensions, enableClientServerPrefix }: GraphDimensions,
): LabelSource | undefined {
  if (label === side) return attributeSource('resource', 'service.name');
  if (label === `${side}_service_namespace`) {
    return attributeSource('resource', 'service.namespace');
  }
  const own = enableClientServerPrefix ? `${side}_` : '';
  const attribute = dimensions.find((name) => toLabelName(`${own}${name}`) === label);
  // Of one label for both sides the server's value counts.
  if (attribute !== undefined && (enableClientServerPrefix || side === 'server')) {
    return dimensionSource(attribute);
  }
  const others = ['client', 'server', 'connection_type', 'virtual_node'];
  const isOther =
    others.includes(label) ||
    /^(?:client|server)_service_namespace$/.test(label) ||
    dimensions.some((name) =>
      ['client_', 'server_', ''].some((start) => toLabelName(`${start}${name}`) === label),
    );
  if (isOther) return undefined;
  throw unknownSeries(`the label ${label}`, 'Only labels of the service graph lead there.');
}

/** What matchers say of the side that sends no spans. `otherwise`: its name when nothing names it. */
function peerConditions(
  { said }: Facts,
  side: 'client' | 'server',
  names: readonly string[],
  otherwise = '',
): Condition[] {
  return said
    .filter(({ label }) => label === side)
    .map((matcher) => labelCondition(matcher, firstSource(names, otherwise)));
}

/** The first of several attributes that is there. */
function firstSource(names: readonly string[], otherwise: string): LabelSource {
  const sources = names.map((name) => attributeSource('none', name));
  const absent = names.map((name) => `${attributeText('none', name)} = nil`);
  const after = (count: number, condition: string): string =>
    absent.slice(0, count).reduceRight((rest, first) => both(first, rest), condition);
  const none = after(absent.length - 1, absent.at(-1) ?? 'true');
  const first = (of: (source: LabelSource) => string): string[] =>
    sources.map((source, i) => after(i, of(source)));
  return {
    is: (value) =>
      any([...(value === otherwise ? [none] : []), ...first((source) => source.is(value))]),
    isEmpty: () => none,
    matches: (pattern) => any(first((source) => source.matches(pattern))),
  };
}
