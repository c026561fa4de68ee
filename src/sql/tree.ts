// ClickHouse SQL as an immutable tree. It knows no table of ours; plans build it, `print` writes it.
// User text enters only as `literal`, which the printer quotes: no text is ever concatenated.

export type Expr =
  | { readonly kind: 'column'; readonly name: string; readonly table?: string }
  | { readonly kind: 'literal'; readonly value: LiteralValue }
  | { readonly kind: 'typed-literal'; readonly value: LiteralValue; readonly type: string }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly parameters?: readonly Expr[];
      readonly args: readonly Expr[];
    }
  | {
      readonly kind: 'operator';
      readonly operator: Operator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expr[] }
  | { readonly kind: 'not'; readonly term: Expr }
  | {
      readonly kind: 'in';
      readonly needle: Expr;
      readonly isGlobal: boolean;
      readonly haystack: Expr | Select;
    }
  | { readonly kind: 'array'; readonly items: readonly Expr[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expr[] }
  | { readonly kind: 'lambda'; readonly params: readonly string[]; readonly body: Expr }
  | { readonly kind: 'subscript'; readonly of: Expr; readonly index: Expr }
  | { readonly kind: 'subquery'; readonly select: Select }
  | {
      readonly kind: 'window';
      readonly call: Expr;
      readonly partitionBy: readonly Expr[];
      readonly orderBy: readonly OrderTerm[];
      readonly frame?: 'rows-to-current';
    }
  | { readonly kind: 'star' };

export type LiteralValue = string | number | bigint | boolean | null | Uint8Array;

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | 'LIKE'
  | 'ILIKE';

export interface OrderTerm {
  readonly expr: Expr;
  readonly isDescending?: boolean;
}

export interface Projection {
  readonly expr: Expr;
  readonly as?: string;
}

export type Source =
  | {
      readonly kind: 'table';
      readonly name: string;
      /** Default: the database of the connection. */
      readonly database?: string;
      readonly isFinal?: boolean;
      readonly as?: string;
    }
  | {
      readonly kind: 'table-function';
      readonly name: string;
      readonly args: readonly Expr[];
      readonly as?: string;
    }
  | { readonly kind: 'select'; readonly select: Select; readonly as?: string }
  | { readonly kind: 'union'; readonly selects: readonly Select[]; readonly as?: string }
  | {
      readonly kind: 'join';
      readonly type:
        | 'INNER'
        | 'LEFT'
        | 'GLOBAL INNER'
        | 'GLOBAL LEFT'
        | 'GLOBAL ANY LEFT'
        | 'GLOBAL ANY INNER'
        | 'ANY LEFT'
        | 'ANY INNER';
      readonly left: Source;
      readonly right: Source;
      readonly using?: readonly string[];
      readonly on?: Expr;
    };

export interface Select {
  readonly with?: readonly Projection[];
  readonly columns: readonly Projection[];
  readonly isDistinct?: boolean;
  readonly from?: Source;
  readonly arrayJoin?: readonly Projection[];
  readonly prewhere?: Expr;
  readonly where?: Expr;
  readonly groupBy?: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy?: readonly OrderTerm[];
  readonly limitBy?: { readonly count: number; readonly by: readonly Expr[] };
  readonly limit?: number;
  readonly offset?: number;
  readonly settings?: Readonly<Record<string, string | number>>;
}

export const column = (name: string, table?: string): Expr =>
  table === undefined ? { kind: 'column', name } : { kind: 'column', name, table };
export const literal = (value: LiteralValue): Expr => ({ kind: 'literal', value });
/** A literal with a cast to an engine type of ours: `literal` of that exact type. */
export const typed = (value: LiteralValue, type: string): Expr => ({
  kind: 'typed-literal',
  value,
  type,
});
export const call = (name: string, ...args: readonly Expr[]): Expr => ({
  kind: 'call',
  name,
  args,
});
/** A parametric aggregate: `quantile(0.5)(x)`. */
export const parametric = (
  name: string,
  parameters: readonly Expr[],
  args: readonly Expr[],
): Expr => ({
  kind: 'call',
  name,
  parameters,
  args,
});
export const op = (left: Expr, operator: Operator, right: Expr): Expr => ({
  kind: 'operator',
  operator,
  left,
  right,
});
export const eq = (left: Expr, right: Expr): Expr => op(left, '=', right);
export const and = (...terms: readonly (Expr | undefined)[]): Expr => {
  const present = terms.filter((term) => term !== undefined);
  return present.length === 1 ? (present[0] as Expr) : { kind: 'and', terms: present };
};
export const or = (...terms: readonly Expr[]): Expr =>
  terms.length === 1 ? (terms[0] as Expr) : { kind: 'or', terms };
export const not = (term: Expr): Expr => ({ kind: 'not', term });
/** `needle IN (…)`; a list or a subquery. */
export const isIn = (needle: Expr, haystack: readonly Expr[] | Select): Expr => ({
  kind: 'in',
  needle,
  isGlobal: false,
  haystack: isExprList(haystack) ? { kind: 'tuple', items: haystack } : haystack,
});
/** `needle GLOBAL IN (SELECT …)`: on a cluster the subquery runs once, over all shards. */
export const isGlobalIn = (needle: Expr, haystack: Select): Expr => ({
  kind: 'in',
  needle,
  isGlobal: true,
  haystack,
});
export const arrayOf = (...items: readonly Expr[]): Expr => ({ kind: 'array', items });
export const tuple = (...items: readonly Expr[]): Expr => ({ kind: 'tuple', items });
export const lambda = (params: readonly string[], body: Expr): Expr => ({
  kind: 'lambda',
  params,
  body,
});
export const at = (of: Expr, index: Expr): Expr => ({ kind: 'subscript', of, index });
export const subquery = (select: Select): Expr => ({ kind: 'subquery', select });
export const star: Expr = { kind: 'star' };
export const table = (
  name: string,
  options: { isFinal?: boolean; as?: string; database?: string } = {},
): Source => ({
  kind: 'table',
  name,
  ...options,
});
/** Rows made by a function: `numbers(10)`. */
export const tableFunction = (name: string, ...args: readonly Expr[]): Source => ({
  kind: 'table-function',
  name,
  args,
});
export const as = (expr: Expr, alias: string): Projection => ({ expr, as: alias });

const isExprList = (value: readonly Expr[] | Select): value is readonly Expr[] =>
  Array.isArray(value);
