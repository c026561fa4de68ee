// Values as Tempo finds them in its blocks, for answers that have to look as Tempo's.
//
// Without a filter it lists what the column of an intrinsic holds: numbers for status and kind, and
// for `duration` those of whole traces. With one it walks over the spans by trace id, and goes by
// what it calls levels: resources that fit are found first, then their spans. After the spans of one
// resource, and at the very beginning, it looks at one span more. A value that stands there for the
// first time counts as listed, whether its resource fits or not: it is missing in the answer.
// https://github.com/grafana/tempo/blob/main/tempodb/encoding/vparquet4/block_autocomplete.go
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import { always, type Condition } from './compile/condition.ts';
import {
  compileCodes,
  compileTraceDurations,
  compileWalk,
  type TagRead,
  type WalkRow,
} from './compile/tags.ts';
import { termsOf } from './eval/conjunction.ts';
import { duration, int, type Value, valueOfStored } from './eval/value.ts';
import { kindNames, statusNames } from './intrinsic/span.ts';
import type { Field, FieldExpr } from './syntax/ast.ts';

type Level = 'span' | 'scope' | 'trace';

interface ValuesContext {
  readonly reader: StoreReader;
  readonly options: ReadOptions;
}

/** Undefined where Tempo has nothing of its own. */
export async function readValuesOfTempo(
  field: Field,
  read: TagRead,
  { reader, options }: ValuesContext,
): Promise<Value[] | undefined> {
  const { condition } = read;
  if (field.kind !== 'intrinsic') return undefined;
  if (condition === undefined) {
    if (field.name === 'status' || field.name === 'kind') {
      const rows = await reader.rows<{ code: number }>(compileCodes(field.name, read), options);
      return rows.map(({ code }) => int(code));
    }
    if (field.name !== 'duration' && field.name !== 'traceDuration') return undefined;
    const rows = await reader.rows<{ nano: bigint }>(compileTraceDurations(read), options);
    return rows.map(({ nano }) => int(Number(nano)));
  }
  const toValue = walked[field.name];
  if (toValue === undefined) return undefined;
  const { own, above, unit } = splitByLevel(condition);
  const parts = { own: compileAll(own, read), above: compileAll(above, read) };
  if (!parts.own.isExact || !parts.above.isExact) return undefined;
  const rows = await reader.rows<WalkRow>(compileWalk(field, parts, read), options);
  return valuesListed(rows, unit).map(toValue);
}

function compileAll([first, ...others]: readonly FieldExpr[], { compile }: TagRead): Condition {
  if (first === undefined) return always;
  const { span } = first;
  return compile(
    others.reduce((left, right) => ({ kind: 'binary', operator: '&&', left, right, span }), first),
  );
}

const walked: Partial<Record<string, (text: string) => Value>> = {
  name: (text) => valueOfStored(text),
  statusMessage: (text) => valueOfStored(text),
  status: (text) => ({ type: 'status', value: statusNames[Number(text)] ?? 'unset' }),
  kind: (text) => ({ type: 'kind', value: kindNames[Number(text)] ?? 'unspecified' }),
  duration: (text) => duration(Number(text)),
};

/** Whether a field of the expression may be a span's or a resource's. */
export const isUnscoped = (node: FieldExpr): boolean =>
  fieldsOf(node).some((field) => field.kind === 'attribute' && field.scope === 'none');

function fieldsOf(node: FieldExpr): Field[] {
  switch (node.kind) {
    case 'attribute':
    case 'intrinsic':
      return [node];
    case 'static':
      return [];
    case 'unary':
    case 'existence':
      return fieldsOf(node.term);
    case 'binary':
      return [...fieldsOf(node.left), ...fieldsOf(node.right)];
  }
}

/** The terms of a conjunction that are about spans, and those above; what those are about. */
function splitByLevel(condition: FieldExpr) {
  const own: FieldExpr[] = [];
  const above: FieldExpr[] = [];
  let unit: Level = 'trace';
  for (const term of termsOf(condition)) {
    const levels = fieldsOf(term).map(levelOf);
    if (levels.includes('scope')) unit = 'scope';
    (levels.every((level) => level === 'span') ? own : above).push(term);
  }
  return { own, above, unit };
}

function levelOf(field: Field): Level {
  if (field.kind === 'attribute') {
    return field.scope === 'resource' || field.scope === 'instrumentation' ? 'scope' : 'span';
  }
  if (field.name.startsWith('instrumentation')) return 'scope';
  return /^(root|trace)/.test(field.name) ? 'trace' : 'span';
}

/** `rows` are sorted by trace id, then as they came. */
export function valuesListed(rows: readonly WalkRow[], unit: Level): string[] {
  const spans: { readonly place: number; readonly text: string }[] = [];
  const wanted: number[] = [];
  let place = 0;
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    if (before && !isSamePlace(before, row, unit)) place++;
    if (row.fits_above === 1 && wanted.at(-1) !== place) wanted.push(place);
    if (row.fits === 1) spans.push({ place, text: row.text });
  });
  const passed = new Set<string>();
  const listed: string[] = [];
  let at = 0;
  const look = () => {
    const span = spans[at++];
    const isNew = span !== undefined && !passed.has(span.text);
    if (span) passed.add(span.text);
    return span && { ...span, isNew };
  };
  let looked = look();
  for (const each of wanted) {
    if (looked && looked.place < each) {
      while ((spans[at]?.place ?? each) < each) at++;
      looked = look();
    }
    for (; looked?.place === each; looked = look()) if (looked.isNew) listed.push(looked.text);
  }
  return listed;
}

const isSamePlace = (a: WalkRow, b: WalkRow, unit: Level): boolean =>
  Buffer.compare(a.trace_id, b.trace_id) === 0 && (unit !== 'scope' || a.scope_id === b.scope_id);
