// `| json` makes a label of every field, nested names joined by `_`, arrays left out;
// `| json x="a.b[0]"` takes single values. A line that is no JSON is marked with __error__ and keeps
// what was found before the break. https://grafana.com/docs/loki/latest/query/log_queries/#json
import { InputError } from '#lib/errors.ts';
import type { JsonStage } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { defineStage } from './definition.ts';
import type { EntryLabels, StageRun } from './entry.ts';
import { findJsonPath, parseJsonPath } from './json-path.ts';
import {
  JsonBreak,
  type JsonField,
  objectFields,
  scanValue,
  skipBlank,
  unescapeJson,
} from './json-scan.ts';

export const json = defineStage<JsonStage>({
  kind: 'json',
  name: 'json',
  doc: 'Makes labels of the fields of a JSON line, or of the values at given paths.',
  example: '| json status="response.code", first="items[0]"',
  changes: { labels: true },
  evaluate: (stage) => (stage.extractions.length === 0 ? extractAll : extractPaths(stage)),
});

const brokenObject = "Value looks like object, but can't find closing '}' symbol";

const extractAll: StageRun = ({ line, labels }) => {
  if (line === '') return true;
  const at = skipBlank(line, 0);
  if (line[at] !== '{') {
    labels.fail('JSONParserErr', notObject(line, at));
    return true;
  }
  try {
    walk(line, at, '', labels, new Set());
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    labels.fail('JSONParserErr', brokenObject);
  }
  return true;
};

function notObject(line: string, at: number): string {
  try {
    scanValue(line, at);
    return 'Malformed JSON error';
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    return brokenObject;
  }
}

/** The first of several fields that become the same label stays. */
function walk(
  line: string,
  at: number,
  prefix: string,
  labels: EntryLabels,
  seen: Set<string>,
): void {
  for (const field of objectFields(line, at)) {
    const name = joinName(prefix, field.key);
    if (field.kind === 'object') walk(line, field.from, name, labels, seen);
    else if (field.kind !== 'array' && field.kind !== 'null' && !seen.has(name)) {
      seen.add(name);
      labels.extract(name, fieldText(line, field));
    }
  }
}

function joinName(prefix: string, key: string): string {
  const name = key.trim().replace(/[^a-zA-Z0-9_]/gu, '_');
  if (prefix === '') return /^\d/.test(name) ? `_${name}` : name;
  return name === '' ? prefix : `${prefix}_${name}`;
}

const fieldText = (line: string, field: Omit<JsonField, 'key'>): string => {
  const raw = line.slice(field.from, field.to);
  return field.kind === 'string' ? unescapeJson(raw) : raw;
};

function extractPaths(stage: JsonStage): StageRun {
  const targets = stage.extractions.map(({ label, expression }) => {
    const path = parseJsonPath(expression);
    if (path) return { label, path };
    throw new InputError(
      'logql_parse',
      `parse error : stage '${printStage(stage)}' : cannot parse expression [${expression}]: syntax error`,
      { span: stage.span },
    );
  });
  return ({ line, labels }) => {
    if (line === '') return true;
    if (!isWholeJson(line)) {
      labels.fail('JSONParserErr', '');
      return true;
    }
    for (const { label, path } of targets) {
      const found = findJsonPath(line, path);
      const text = found && found.kind !== 'null' ? fieldText(line, found) : '';
      labels.extract(label, text);
    }
    return true;
  };
}

function isWholeJson(line: string): boolean {
  try {
    const [, end] = scanValue(line, skipBlank(line, 0));
    return skipBlank(line, end) === line.length;
  } catch (error) {
    if (error instanceof JsonBreak) return false;
    throw error;
  }
}
