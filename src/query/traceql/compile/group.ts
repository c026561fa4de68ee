// A field of by() as columns to group by, and the value that they mean (metrics/field-value.ts): missing
// is nil, of events and links the first has a say, a list of one is its element, other lists are nothing.
import type { StoredOrigin } from '#model/stored-span.ts';
import {
  and,
  as,
  at,
  call,
  column,
  type Expr,
  lambda,
  literal,
  op,
  or,
  type Projection,
} from '#sql/tree.ts';
import { intrinsicTypes } from '../check/type.ts';
import { bool, duration, int, nil, text, type Value, valueOfStored } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
import { kindNames, statusNames } from '../intrinsic/span.ts';
import { single } from '../metrics/field-value.ts';
import type { Attribute, Field, Intrinsic } from '../syntax/ast.ts';

type Row = Readonly<Record<string, unknown>>;
type Origins = ReadonlyMap<bigint, StoredOrigin>;

export interface GroupColumn {
  readonly columns: readonly Projection[];
  /** The one that holds a scope id, 0 where it is not needed. */
  readonly scopeColumn: string | undefined;
  readonly read: (row: Row, origins: Origins) => Value;
}

/** `index` tells the columns of several fields apart. Undefined where SQL cannot say it. */
export function compileGroup(field: Field, index: number): GroupColumn | undefined {
  if (field.isParent) return undefined;
  return field.kind === 'intrinsic'
    ? compileIntrinsic(field, index)
    : compileAttribute(field, index);
}

const scopeId = column('scope_id');
const noScope = call('toUInt64', literal(0));

function compileAttribute({ scope, name }: Attribute, index: number): GroupColumn | undefined {
  const stored = at(column('attributes'), literal(name));
  const isPresent = or(
    op(stored, '!=', literal('')),
    call('mapContains', column('attributes'), literal(name)),
  );
  switch (scope) {
    case 'span':
      return storedColumns(stored, isPresent, index);
    case 'none':
      return withOrigin(
        storedColumns(stored, isPresent, index),
        call('if', isPresent, noScope, scopeId),
        index,
        (origin) => origin.resourceAttributes.get(name),
      );
    case 'resource':
      return name === 'service.name'
        ? compileService(index)
        : ofOrigin(index, (origin) => storedValue(origin.resourceAttributes.get(name)));
    case 'instrumentation':
      return ofOrigin(index, (origin) => storedValue(origin.scopeAttributes.get(name)));
    case 'event':
    case 'link':
      return compileItems(column(`${scope}_attributes`), name, index);
  }
}

function storedColumns(stored: Expr, isPresent: Expr, index: number): GroupColumn {
  return {
    columns: [as(stored, `value${index}`), as(isPresent, `present${index}`)],
    scopeColumn: undefined,
    read: (row) =>
      Number(row[`present${index}`]) === 0 ? nil : storedValue(String(row[`value${index}`])),
  };
}

/** `column`, and where that has nothing what the origin has. */
function withOrigin(
  { columns, read }: GroupColumn,
  scope: Expr,
  index: number,
  pick: (origin: StoredOrigin) => string | undefined,
): GroupColumn {
  const scopeColumn = `scope${index}`;
  return {
    columns: [...columns, as(scope, scopeColumn)],
    scopeColumn,
    read: (row, origins) => {
      const id = BigInt(row[scopeColumn] as bigint);
      if (id === 0n) return read(row, origins);
      const origin = origins.get(id);
      return origin ? storedValue(pick(origin)) : nil;
    },
  };
}

function ofOrigin(index: number, pick: (origin: StoredOrigin) => Value): GroupColumn {
  const scopeColumn = `scope${index}`;
  return {
    columns: [as(scopeId, scopeColumn)],
    scopeColumn,
    read: (row, origins) => {
      const origin = origins.get(BigInt(row[scopeColumn] as bigint));
      return origin ? pick(origin) : nil;
    },
  };
}

/** From here on the column of a service's name may be cut (codec/otlp/body.ts): the origin has it whole. */
const certainBytes = 200;

/** Few names, many scopes: the column says it unless it is empty or may have been cut. */
function compileService(index: number): GroupColumn {
  const size = call('length', column('service_name'));
  const isCertain = and(op(size, '>', literal(0)), op(size, '<', literal(certainBytes)));
  const value = `value${index}`;
  const known: GroupColumn = {
    columns: [as(column('service_name'), value)],
    scopeColumn: undefined,
    read: (row) => text(String(row[value])),
  };
  return withOrigin(known, call('if', isCertain, noScope, scopeId), index, (origin) =>
    origin.resourceAttributes.get('service.name'),
  );
}

/** Of the first event or link that has it. */
function compileItems(maps: Expr, name: string, index: number): GroupColumn {
  const has = lambda(['m'], call('mapContains', column('m'), literal(name)));
  const first = call('arrayFirst', has, maps);
  const stored = at(first, literal(name));
  const columns = storedColumns(stored, call('arrayExists', has, maps), index);
  return {
    ...columns,
    read: (row) =>
      Number(row[`present${index}`]) === 0
        ? nil
        : single(valueOfStored(String(row[`value${index}`])), true),
  };
}

const storedValue = (stored: string | undefined): Value =>
  stored === undefined ? nil : single(valueOfStored(stored), false);

function compileIntrinsic({ name }: Intrinsic, index: number): GroupColumn | undefined {
  if (name === 'instrumentationName') return ofOrigin(index, ({ scopeName }) => text(scopeName));
  if (name === 'instrumentationVersion') {
    return ofOrigin(index, ({ scopeVersion }) => text(scopeVersion));
  }
  const sql = intrinsics[name].compile?.();
  if (sql === undefined || sql.table === 'scope') return undefined;
  const value = `value${index}`;
  const present = sql.isList ? call('notEmpty', sql.expr) : sql.present;
  const expr = sql.isList ? at(sql.expr, literal(1)) : sql.expr;
  return {
    columns: [as(expr, value), ...(present ? [as(present, `present${index}`)] : [])],
    scopeColumn: undefined,
    read: (row) =>
      present && Number(row[`present${index}`]) === 0 ? nil : intrinsicValue(name, row[value]),
  };
}

function intrinsicValue(name: Intrinsic['name'], value: unknown): Value {
  switch (intrinsicTypes[name]) {
    case 'status':
      return { type: 'status', value: statusNames[Number(value)] ?? 'unset' };
    case 'kind':
      return { type: 'kind', value: kindNames[Number(value)] ?? 'unspecified' };
    case 'duration':
      return duration(Number(value));
    case 'int':
      return int(Number(value));
    case 'bool':
      return bool(Number(value) !== 0);
    default:
      return text(String(value));
  }
}
