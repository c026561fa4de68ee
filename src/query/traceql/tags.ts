// Completion: which attributes there are, and which values they have.
import type { StoreReader } from '#store/contract.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { spansBetween } from '#store/table/spans.ts';
import { check } from './check/check.ts';
import { always, compileCondition, isAlways } from './compile/condition.ts';
import type { TimeRange } from './compile/search.ts';
import {
  compileAttributeValues,
  compileTags,
  type TagRead,
  type TagScope,
} from './compile/tags.ts';
import { keyOf, type Value, valueOfStored } from './eval/value.ts';
import { readIntrinsicValues } from './intrinsic-values.ts';
import { planSearch } from './plan/plan.ts';
import type { AttributeScope, Field, FieldExpr } from './syntax/ast.ts';
import { intrinsicSpellings } from './syntax/intrinsic-name.ts';
import { parse } from './syntax/parse.ts';
import { namesOfTempo, valuesOfTempo } from './tempo-tags.ts';
import { isUnscoped, readValuesOfTempo } from './tempo-values.ts';

export const tagScopes: readonly TagScope[] = [
  'resource',
  'span',
  'event',
  'link',
  'instrumentation',
];

/** Spellings that are offered: those that mean something to this engine. */
export const intrinsicTags: readonly string[] = Object.keys(intrinsicSpellings)
  .filter((text) => !/^(parent|childCount|span:childCount|nestedSet\w+)$/.test(text))
  .sort();

export interface TagNames {
  readonly scope: TagScope | 'intrinsic';
  readonly tags: readonly string[];
}

export interface TagContext {
  readonly reader: StoreReader;
  readonly isStrict: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface TagOptions {
  readonly range: TimeRange;
  /** A query; its first filter narrows the spans. What cannot be read or used is ignored. */
  readonly filter: string | undefined;
  readonly limit: number;
}

export async function readTags(
  scopes: readonly TagScope[],
  options: TagOptions,
  { reader, isStrict, signal }: TagContext,
): Promise<TagNames[]> {
  const read = toRead(options, isStrict);
  const namesOf = async (scope: TagScope, of: TagRead): Promise<string[]> => {
    const select = compileTags(scope, of);
    const rows = await reader.rows<{ tag: string }>(select, signal ? { signal } : {});
    return rows.map((row) => row.tag);
  };
  return Promise.all(
    scopes.map(async (scope) => {
      const tags = await namesOf(scope, read);
      if (!isStrict) return { scope, tags };
      const unfiltered = isAlways(read.filter) ? tags : namesOf(scope, { ...read, filter: always });
      return { scope, tags: namesOfTempo(scope, tags, await unfiltered) };
    }),
  );
}

/** Values of `field`, each once; without scope those of spans and resources. */
export async function readTagValues(
  field: Field,
  options: TagOptions,
  { reader, isStrict, signal }: TagContext,
): Promise<Value[]> {
  const isNone = field.kind === 'attribute' && field.scope === 'none';
  const read = toRead(isStrict && isNone ? { ...options, filter: undefined } : options, isStrict);
  const readOptions = signal ? { signal } : {};
  const seen = isStrict
    ? await readValuesOfTempo(field, read, { reader, options: readOptions })
    : undefined;
  if (seen) return seen.slice(0, options.limit);
  if (field.kind === 'intrinsic') {
    return readIntrinsicValues(field, read, { reader, isStrict, options: readOptions });
  }
  const scopes = scopesOf(field.scope, isStrict);
  const found = new Map<string, Value>();
  for (const scope of scopes) {
    const select = compileAttributeValues(scope, field.name, read);
    for (const row of await reader.rows<{ stored: string }>(select, readOptions)) {
      const value = valueOfStored(row.stored);
      for (const each of value.type === 'array' ? value.items : [value])
        found.set(keyOf(each), each);
    }
  }
  const values = [...found.values()];
  const kept = isStrict ? valuesOfTempo(field, values, isAlways(read.filter)) : values;
  return kept.slice(0, options.limit);
}

function scopesOf(scope: AttributeScope, isStrict: boolean): readonly TagScope[] {
  if (scope !== 'none') return [scope];
  // Tempo lists more here than it looks at in queries.
  return isStrict ? ['span', 'resource', 'instrumentation'] : ['span', 'resource'];
}

function toRead({ range, filter, limit }: TagOptions, isStrict: boolean): TagRead {
  const { tenant, fromNano, toNano } = range;
  const rows = {
    scopes: scopesBetween(tenant, fromNano, toNano),
    traces: spansBetween(tenant, fromNano, toNano),
  };
  const condition = conditionOf(filter, isStrict);
  return {
    range,
    limit,
    condition,
    filter: condition ? compileCondition(condition, rows) : always,
    compile: (node) => compileCondition(node, rows),
  };
}

function conditionOf(text: string | undefined, isStrict: boolean): FieldExpr | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const { candidate } = planSearch(check(parse(text, { isStrict }), { isStrict }));
    if (candidate.kind !== 'span' || candidate.condition === undefined) return undefined;
    // Tempo does not filter by what may be a span's or a resource's.
    return isStrict && isUnscoped(candidate.condition) ? undefined : candidate.condition;
  } catch {
    // While it is typed a query is rarely whole; names and values are offered all the same.
    return undefined;
  }
}
