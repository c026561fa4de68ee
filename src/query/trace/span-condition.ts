// Conditions of TraceQL as text: what a label of a metric made of traces says of a span. A label is
// absent where its value is ''; values of attributes of other types are labels by their text. `&&` and `||`
// bind alike in TraceQL, so that whatever has both has parentheses.
import { printField, printStatic } from '../traceql/syntax/print.ts';

/** Undefined holds for every span. */
export type Condition = string | undefined;

export const never = 'false';

const span = { from: 0, to: 0 };

type Scope = 'span' | 'resource' | 'none';

export const attributeText = (scope: Scope, name: string): string =>
  printField({ kind: 'attribute', scope, isParent: false, name, span });

export const stringText = (value: string): string => printStatic({ type: 'string', value });

export const durationText = (nano: number): string =>
  printStatic({ type: 'duration', value: nano });

export function all(conditions: readonly Condition[]): Condition {
  const held = conditions.filter((condition) => condition !== undefined);
  if (held.includes(never)) return never;
  return held.length === 0 ? undefined : held.join(' && ');
}

/** To stand beside others, whatever joins them. */
export const both = (first: string, second: string): string => `(${first} && ${second})`;

/** Of at least one. */
export function any(conditions: readonly string[]): string {
  const held = conditions.filter((condition) => condition !== never);
  if (held.length === 0) return never;
  return held.length === 1 ? (held[0] as string) : `(${held.join(' || ')})`;
}

export const not = (condition: string): string => `!(${condition})`;

export const filter = (condition: Condition): string =>
  condition === undefined ? '{ }' : `{ ${condition} }`;

/** What can be asked of a label. */
export interface LabelSource {
  /** `value` is not ''. */
  is(value: string): string;
  isEmpty(): string;
  matches(pattern: string): string;
}

/** Name and message of a span: always there, perhaps ''. */
export const intrinsicSource = (field: 'name' | 'statusMessage'): LabelSource => ({
  is: (value) => `${field} = ${stringText(value)}`,
  isEmpty: () => `${field} = ${stringText('')}`,
  matches: (pattern) => `${field} =~ ${stringText(pattern)}`,
});

/** An attribute of one scope; of scope none it is the span's, or else the resource's. */
export function attributeSource(scope: Scope, name: string): LabelSource {
  const field = attributeText(scope, name);
  return {
    is: (value) => any(valuesOf(value).map((text) => `${field} = ${text}`)),
    isEmpty: () => any([`${field} = nil`, `${field} = ${stringText('')}`]),
    matches: (pattern) => `${field} =~ ${stringText(pattern)}`,
  };
}

/** A dimension: the attribute of the resource, or else of the span. */
export function dimensionSource(name: string): LabelSource {
  const ofResource = attributeSource('resource', name);
  const ofSpan = attributeSource('span', name);
  const absent = `${attributeText('resource', name)} = nil`;
  const either = (resource: string, ofAbsent: string): string =>
    any([resource, both(absent, ofAbsent)]);
  return {
    is: (value) => either(ofResource.is(value), ofSpan.is(value)),
    isEmpty: () => {
      const emptyText = `${attributeText('resource', name)} = ${stringText('')}`;
      return either(emptyText, ofSpan.isEmpty());
    },
    matches: (pattern) => either(ofResource.matches(pattern), ofSpan.matches(pattern)),
  };
}

/** The values, of any type, whose text this is. */
function valuesOf(text: string): string[] {
  const values = [stringText(text)];
  if (/^(?:true|false)$/.test(text)) values.push(text);
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) values.push(text);
  else if (/^-?\d{1,15}\.\d{1,15}$/.test(text)) values.push(text);
  return values;
}
