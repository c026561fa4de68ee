// Types of TraceQL values as far as they are known before a span is seen.
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';

/** `any` is an attribute: its type differs from span to span. */
export type Type =
  | 'any'
  | 'nil'
  | 'bool'
  | 'int'
  | 'float'
  | 'duration'
  | 'string'
  | 'status'
  | 'kind';

export const isNumeric = (type: Type): boolean =>
  type === 'int' || type === 'float' || type === 'duration';

/** Whether two operands can meet in one operator at all. */
export const areComparable = (left: Type, right: Type): boolean =>
  left === right ||
  left === 'any' ||
  right === 'any' ||
  left === 'nil' ||
  right === 'nil' ||
  (isNumeric(left) && isNumeric(right));

const equality = ['=', '!='];
const ordering = [...equality, '<', '<=', '>', '>='];
const operatorsOf: Record<Exclude<Type, 'any' | 'nil'>, readonly string[]> = {
  bool: ['&&', '||', ...equality],
  int: [...ordering, '+', '-', '*', '/', '%', '^'],
  float: [...ordering, '+', '-', '*', '/', '%', '^'],
  duration: [...ordering, '+', '-', '*', '/', '%', '^'],
  string: [...ordering, '=~', '!~'],
  status: equality,
  kind: equality,
};

export const takesOperator = (type: Type, operator: string): boolean =>
  type === 'any' || (type === 'nil' ? equality : operatorsOf[type]).includes(operator);

export const intrinsicTypes: Readonly<Record<IntrinsicName, Type>> = {
  status: 'status',
  statusMessage: 'string',
  duration: 'duration',
  name: 'string',
  kind: 'kind',
  id: 'string',
  parentId: 'string',
  childCount: 'int',
  unstoredChildCount: 'int',
  parent: 'any',
  traceDuration: 'duration',
  rootName: 'string',
  rootServiceName: 'string',
  traceId: 'string',
  eventName: 'string',
  eventTimeSinceStart: 'duration',
  linkSpanId: 'string',
  linkTraceId: 'string',
  instrumentationName: 'string',
  instrumentationVersion: 'string',
  nestedSetLeft: 'int',
  nestedSetRight: 'int',
  nestedSetParent: 'int',
};
