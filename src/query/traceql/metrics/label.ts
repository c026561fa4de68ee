// Names of labels: attributes and intrinsics as Tempo writes them in series.
import type { AttributeScope, Field } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';

/** Without scope where the language had the name before it had scopes. */
const scopedNames: Partial<Record<IntrinsicName, string>> = {
  id: 'span:id',
  parentId: 'span:parentID',
  traceId: 'trace:id',
  eventName: 'event:name',
  eventTimeSinceStart: 'event:timeSinceStart',
  linkSpanId: 'link:spanID',
  linkTraceId: 'link:traceID',
  instrumentationName: 'instrumentation:name',
  instrumentationVersion: 'instrumentation:version',
};

export const intrinsicLabel = (name: IntrinsicName): string => scopedNames[name] ?? name;

/** Quoted where the name could not stand in a query as it is. */
export function attributeLabel(scope: AttributeScope, name: string): string {
  const text = /[\s{}()=~!<>&|^,]/u.test(name) ? `"${name}"` : name;
  return `${scope === 'none' ? '' : scope}.${text}`;
}

export const labelOf = (field: Field): string =>
  field.kind === 'intrinsic' ? intrinsicLabel(field.name) : attributeLabel(field.scope, field.name);
