// Streams: which there are for the matchers, and the labels that all lines of one have in common.
import { flattenAttribute } from '#model/attribute.ts';
import type { UnixNano } from '#model/unit.ts';
import { and, as, at, column, type Expr, literal, type Select } from '#sql/tree.ts';
import { logStreams, logStreamsBetween } from '#store/table/log-streams.ts';
import { source } from '#store/table/table.ts';
import { compileValueMatcher } from '../stage/label-filter.ts';
import type { Matcher } from '../syntax/ast.ts';
import { toMetadataName } from './metadata.ts';

export interface StreamWindow {
  readonly tenant: string;
  readonly fromNano: UnixNano;
  /** Inclusive. */
  readonly toNano: UnixNano;
}

/** A stream as the engine answers it. */
export interface StreamRow {
  readonly stream_id: bigint;
  readonly labels: ReadonlyMap<string, string>;
  readonly resource_attributes: ReadonlyMap<string, string>;
  readonly scope_name: string;
  readonly scope_version: string;
  readonly scope_attributes: ReadonlyMap<string, string>;
}

export interface Stream {
  readonly id: bigint;
  readonly labels: ReadonlyMap<string, string>;
  /** Structured metadata of every line: the rest of the resource, and the scope. */
  readonly metadata: ReadonlyMap<string, string>;
}

const streamColumns = [
  'stream_id',
  'labels',
  'resource_attributes',
  'scope_name',
  'scope_version',
  'scope_attributes',
];

export function selectStreams(window: StreamWindow, matchers: readonly Matcher[]): Select {
  return {
    columns: streamColumns.map((name) => ({ expr: column(name) })),
    from: source(logStreams),
    where: streamCondition(window, matchers),
    limitBy: { count: 1, by: [column('stream_id')] },
  };
}

/** The ids alone, for `stream_id GLOBAL IN (…)`. */
export function selectStreamIds(window: StreamWindow, matchers: readonly Matcher[]): Select {
  return {
    columns: [as(column('stream_id'), 'stream_id')],
    from: { kind: 'table', name: logStreams.name },
    where: streamCondition(window, matchers),
  };
}

export function streamCondition(window: StreamWindow, matchers: readonly Matcher[]): Expr {
  return and(
    logStreamsBetween(window.tenant, window.fromNano, window.toNano),
    ...matchers.map((m) => compileValueMatcher(at(column('labels'), literal(m.name)), m)),
  );
}

export function toStream(row: StreamRow): Stream {
  const metadata = new Map<string, string>();
  const add = (key: string, value: string): void => {
    const name = toMetadataName(key);
    if (!row.labels.has(name) && value !== '') metadata.set(name, value);
  };
  for (const attributes of [row.resource_attributes, row.scope_attributes]) {
    for (const [key, stored] of attributes) {
      for (const [name, text] of flattenAttribute(key, stored)) add(name, text);
    }
  }
  add('scope_name', row.scope_name);
  add('scope_version', row.scope_version);
  return { id: row.stream_id, labels: row.labels, metadata };
}
