// What Tempo lists because of how its blocks store attributes: some have a column of their own. Only
// for answers that have to look as Tempo's.
// https://grafana.com/docs/tempo/latest/operations/schema/
import type { TagScope } from './compile/tags.ts';
import { cutText, tempoTextBytesMax, type Value } from './eval/value.ts';
import type { Attribute } from './syntax/ast.ts';

/** Listed whatever the filter says, as soon as any span of the range has them. */
const columns: Partial<Record<TagScope, readonly string[]>> = {
  span: ['http.method', 'http.status_code', 'http.url'],
  resource: [
    'cluster',
    'container',
    'k8s.cluster.name',
    'k8s.container.name',
    'k8s.namespace.name',
    'k8s.pod.name',
    'namespace',
    'pod',
    'service.name',
  ],
};

/** Stored in a column too, and never listed. */
const hidden = 'http.route';

/** `tags` are those of the filter, `unfiltered` all of the range; sorted. */
export function namesOfTempo(
  scope: TagScope,
  tags: readonly string[],
  unfiltered: readonly string[],
): string[] {
  const own = new Set(columns[scope] ?? []);
  const listed = new Set([...tags, ...unfiltered.filter((tag) => own.has(tag))]);
  if (scope === 'span') listed.delete(hidden);
  return [...listed].sort();
}

/** With a filter only the column is read, and that of status codes has whole numbers only. */
export function valuesOfTempo(
  field: Attribute,
  values: readonly Value[],
  isUnfiltered: boolean,
): Value[] {
  const isColumn =
    field.name === 'http.status_code' && (field.scope === 'span' || field.scope === 'none');
  const read = isColumn && !isUnfiltered ? values.filter(({ type }) => type === 'int') : values;
  return read.map((value) => cutText(value, tempoTextBytesMax));
}
