// Which fields there are in lines: structured metadata, what the query's parsers found, and what JSON
// or logfmt is in the line. Bounded by the lines that are handed in.
import type { Labels } from '#query/vector/value.ts';
import { labelsKey } from '#query/vector/value.ts';
import type { LogEntry } from '../eval/read-lines.ts';
import { isSpecialLabel } from '../stage/entry.ts';
import { type ParsedLine, parseLine } from './parse.ts';
import { type FieldType, printSize, typeOf } from './type.ts';

export interface DetectedField {
  readonly label: string;
  readonly type: FieldType;
  /** Different values. */
  readonly cardinality: number;
  /** Null for structured metadata. */
  readonly parsers: readonly string[] | null;
  readonly jsonPath?: readonly string[];
}

interface FoundField {
  readonly values: Set<string>;
  readonly parsers: Set<string>;
  type: FieldType;
  jsonPath: readonly string[] | undefined;
}

/** At most `limit` fields, in the order in which they are found. The type is that of the last value. */
export function detectFields(entries: readonly LogEntry[], limit: number): DetectedField[] {
  const fields = new Map<string, FoundField>();
  for (const entry of byStream(entries)) {
    for (const found of fieldsOf(entry)) {
      let field = fields.get(found.name);
      if (!field) {
        if (fields.size >= limit) continue;
        field = { values: new Set(), parsers: new Set(), type: 'string', jsonPath: undefined };
        fields.set(found.name, field);
      }
      field.values.add(found.value);
      field.type = typeOf(found.value);
      if (found.parser !== undefined) field.parsers.add(found.parser);
      field.jsonPath ??= found.path;
    }
  }
  return [...fields].map(([label, { values, parsers, type, jsonPath }]) => ({
    label,
    type,
    cardinality: values.size,
    parsers: parsers.size === 0 ? null : [...parsers],
    ...(jsonPath ? { jsonPath } : {}),
  }));
}

/** The values of one field; at most `limit`. Sizes of lines as a query can take them. */
export function fieldValues(
  entries: readonly LogEntry[],
  name: string,
  limit: number,
): readonly string[] {
  const values = new Set<string>();
  for (const entry of byStream(entries)) {
    for (const found of fieldsOf(entry)) {
      if (values.size >= limit) break;
      if (found.name !== name) continue;
      const size = found.isMetadata ? undefined : printSize(found.value);
      values.add(size ?? found.value);
    }
  }
  return [...values];
}

interface FoundValue {
  readonly name: string;
  readonly value: string;
  readonly isMetadata: boolean;
  readonly parser: string | undefined;
  readonly path: readonly string[] | undefined;
}

function* fieldsOf(entry: LogEntry): Generator<FoundValue> {
  for (const [name, value] of Object.entries(entry.metadata)) {
    yield { name, value, isMetadata: true, parser: undefined, path: undefined };
  }
  const line = parseLine(entry.line);
  const parser = isEmpty(line) && Object.keys(entry.parsed).length === 0 ? undefined : line.parser;
  const own = { isMetadata: false, parser };
  const inLine = new Map(
    line.fields.map((field) => [freeName(field.name, entry.stream, entry.parsed), field]),
  );
  for (const [name, value] of Object.entries(entry.parsed)) {
    if (isSpecialLabel(name)) continue;
    yield { ...own, name, value, path: inLine.get(name)?.path };
  }
  for (const [name, field] of inLine) {
    if (entry.parsed[name] === field.value || isSpecialLabel(name)) continue;
    yield { ...own, name, value: field.value, path: field.path };
  }
}

const isEmpty = ({ fields }: ParsedLine): boolean => fields.length === 0;

/** A stream label keeps its name, unless a parser of the query has taken it over. */
const freeName = (name: string, stream: Labels, parsed: Labels): string =>
  Object.hasOwn(stream, name) && !Object.hasOwn(parsed, name) ? `${name}_extracted` : name;

/** The entries stream by stream, in Loki's order of streams. */
function byStream(entries: readonly LogEntry[]): LogEntry[] {
  const streams = new Map<string, LogEntry[]>();
  for (const entry of entries) {
    const key = labelsKey(entry.stream);
    const stream = streams.get(key);
    if (stream) stream.push(entry);
    else streams.set(key, [entry]);
  }
  return [...streams].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, stream]) => stream);
}
