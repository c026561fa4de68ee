// `| json` makes a label of every field, nested names joined by `_`, arrays left out;
// `| json x="a.b[0]"` takes single values. A line that is no JSON is marked with __error__ and keeps
// what was found before the break. https://grafana.com/docs/loki/latest/query/log_queries/#json
import { InputError } from '#lib/errors.ts';
import type { JsonStage } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { defineStage } from './definition.ts';
import type { Entry, StageRun } from './entry.ts';
import { extract, type Found, failParse, type ParserHints } from './hints.ts';
import { findJsonPath, type JsonPath, parseJsonPath } from './json-path.ts';
import {
  JsonBreak,
  type JsonValue,
  jsonDepthMax,
  objectFields,
  skipBlank,
  unescapeJson,
} from './json-scan.ts';

export const json = defineStage<JsonStage>({
  kind: 'json',
  name: 'json',
  doc: 'Makes labels of the fields of a JSON line, or of the values at given paths.',
  example: '| json status="response.code", first="items[0]"',
  changes: { labels: true },
  evaluate: (stage, hints) =>
    stage.extractions.length === 0 ? extractAll(hints) : extractPaths(stage, hints),
});

const extractAll =
  (hints: ParserHints): StageRun =>
  (entry) => {
    const { line, labels } = entry;
    if (hints.isDone(labels)) return true;
    try {
      const at = skipBlank(line, 0);
      if (line[at] !== '{') throw new JsonBreak('object');
      return walk(entry, { at, prefix: '', depth: 1 }, hints) !== 'drop';
    } catch (error) {
      if (!(error instanceof JsonBreak)) throw error;
      failParse(hints, entry, 'JSONParserErr', error.message);
      return true;
    }
  };

interface Place {
  readonly at: number;
  readonly prefix: string;
  readonly depth: number;
}

/** The first of several fields that become the same label stays. */
function walk(entry: Entry, { at, prefix, depth }: Place, hints: ParserHints): Found {
  if (depth > jsonDepthMax) throw new JsonBreak('depth');
  for (const field of objectFields(entry.line, at)) {
    const name = joinName(prefix, field.key);
    let found: Found = 'next';
    if (field.kind === 'object') {
      const inner = { at: field.from, prefix: name, depth: depth + 1 };
      if (hints.wantsPrefix(name)) found = walk(entry, inner, hints);
    } else if (field.kind !== 'array' && field.kind !== 'null') {
      found = extract(hints, entry, name, fieldText(entry.line, field));
    }
    if (found !== 'next') return found;
  }
  return 'next';
}

const plain = /^[a-zA-Z_]\w*$/;

export function joinName(prefix: string, key: string): string {
  if (plain.test(key)) return prefix === '' ? key : `${prefix}_${key}`;
  const name = key.trim().replace(/[^a-zA-Z0-9_]/gu, '_');
  if (prefix === '') return /^\d/.test(name) ? `_${name}` : name;
  return name === '' ? prefix : `${prefix}_${name}`;
}

const fieldText = (line: string, { kind, from, to }: JsonValue): string => {
  const raw = line.slice(from, to);
  return kind === 'string' ? unescapeJson(raw) : raw;
};

function extractPaths(stage: JsonStage, hints: ParserHints): StageRun {
  const targets = stage.extractions.map(({ label, expression }) => {
    const path = parseJsonPath(expression);
    if (typeof path !== 'string') return { label, path };
    throw new InputError(
      'logql_parse',
      `parse error : stage '${printStage(stage)}' : cannot parse expression [${expression}]: ${path}`,
      { span: stage.span },
    );
  });
  return (entry) => {
    const { line, labels } = entry;
    if (line === '' || hints.isDone(labels)) return true;
    if (!/^[{["]/.test(line)) {
      failParse(hints, entry, 'JSONParserErr', '');
      return true;
    }
    let missing = 0;
    for (const { label, path } of targets) {
      const value = readPath(entry, path, hints);
      if (value === undefined) missing++;
      else labels.set(labels.parsedName(label), value);
    }
    if (missing === 0) return true;
    // What is asked for is there, be it empty.
    for (const { label } of targets) if (labels.get(label) === undefined) labels.set(label, '');
    return true;
  };
}

/** Undefined when there is none; a broken value marks the line. */
function readPath(entry: Entry, path: JsonPath, hints: ParserHints): string | undefined {
  try {
    const found = findJsonPath(entry.line, path);
    if (!found) return undefined;
    if (found.kind === 'null') return '';
    const raw = entry.line.slice(found.from, found.to);
    return found.kind === 'object' ? raw : unescapeJson(raw);
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    failParse(hints, entry, 'JSONParserErr', error.message);
    return undefined;
  }
}
