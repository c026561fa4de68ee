// The tree of an Alloy file, every part with its place.
// https://grafana.com/docs/alloy/latest/get-started/configuration-syntax/
import type { Place } from '#prometheus-config/place.ts';

export type Body = readonly Statement[];
export type Statement = Attribute | Block;

export interface Attribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly place: Place;
  readonly value: Expression;
}

export interface Block {
  readonly kind: 'block';
  /** With its dots: `loki.source.file`. */
  readonly name: string;
  /** '' when there is none. */
  readonly label: string;
  readonly place: Place;
  readonly body: Body;
}

export type Expression = { readonly place: Place } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly fields: readonly ObjectField[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'access'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'call'; readonly of: Expression; readonly args: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
);

export interface ObjectField {
  readonly name: string;
  readonly place: Place;
  readonly value: Expression;
}

/** How tightly each operator binds. */
export const binaryOperators = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
} as const;
export type BinaryOperator = keyof typeof binaryOperators;

/** The names of `a.b.c`; undefined when something else stands in between. */
export function pathOf(expression: Expression): string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind !== 'access') return undefined;
  const before = pathOf(expression.of);
  return before && [...before, expression.name];
}
