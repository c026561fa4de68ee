// How the columns of Tempo's blocks show in its answers. Strict mode answers so too; else answers are
// what the spans say.
import type { TraceSpan } from '../eval/trace.ts';
import { cutText, nil, tempoTextBytesMax, type Value, valueOfStored } from '../eval/value.ts';
import type { MetricsCell } from './cells.ts';
import { single } from './field-value.ts';
import { attributeLabel } from './label.ts';
import type { MetricsPlan } from './plan.ts';

/** Attributes with a column of their own, and the type of it: a value of another type is not in it. */
const columns = {
  resource: new Map<string, Value['type']>([
    ['cluster', 'string'],
    ['namespace', 'string'],
    ['pod', 'string'],
    ['container', 'string'],
    ['k8s.cluster.name', 'string'],
    ['k8s.namespace.name', 'string'],
    ['k8s.pod.name', 'string'],
    ['k8s.container.name', 'string'],
  ]),
  span: new Map<string, Value['type']>([
    ['http.method', 'string'],
    ['http.request.method', 'string'],
    ['http.route', 'string'],
    ['http.status_code', 'int'],
    ['http.url', 'string'],
    ['server.address', 'string'],
    ['url.path', 'string'],
    ['url.route', 'string'],
  ]),
};

/**
 * What compare() counts beyond the attributes of a span: columns that have no value, and a second
 * time the attributes that the query asks for before it.
 */
export function* columnAttributes(
  { search }: MetricsPlan,
  span: TraceSpan,
): Generator<readonly [label: string, value: Value]> {
  const attributes = { resource: span.origin.resourceAttributes, span: span.attributes };
  for (const scope of ['resource', 'span'] as const) {
    for (const [name, type] of columns[scope]) {
      const stored = attributes[scope].get(name);
      const isInColumn = stored !== undefined && valueOfStored(stored).type === type;
      if (!isInColumn) yield [attributeLabel(scope, name), nil];
    }
  }
  for (const { field } of search.shown) {
    if (field.kind !== 'attribute') continue;
    if (field.scope !== 'resource' && field.scope !== 'span') continue;
    const stored = attributes[field.scope].get(field.name);
    if (stored === undefined) continue;
    yield [attributeLabel(field.scope, field.name), single(valueOfStored(stored), false)];
  }
}

/** Cells whose groups lack what is not in the column of its attribute, and have cut texts. */
export function groupedAsColumns(
  { by }: MetricsPlan,
  cells: readonly MetricsCell[],
): readonly MetricsCell[] {
  const types = by.map((field) => {
    if (field.kind !== 'attribute') return undefined;
    if (field.scope === 'resource') return columns.resource.get(field.name);
    return field.scope === 'span' || field.scope === 'none'
      ? columns.span.get(field.name)
      : undefined;
  });
  const inColumn = (value: Value, i: number): Value =>
    types[i] === undefined || types[i] === value.type ? cutText(value, tempoTextBytesMax) : nil;
  return cells.map((cell) => ({ ...cell, group: cell.group.map(inColumn) }));
}
