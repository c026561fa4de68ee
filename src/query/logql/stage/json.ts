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
  describeBreak,
  JsonBreak,
  type JsonField,
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
  evaluate: (stage) => (stage.extractions.length === 0 ? extractAll : extractPaths(stage)),
});

const extractAll: StageRun = ({ line, labels }) => {
  const at = skipBlank(line, 0);
  try {
    if (line[at] !== '{') throw new JsonBreak();
    walk(line, at, '', labels, new Set());
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    labels.fail('JSONParserErr', describeBreak(error));
  }
  return true;
};

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

export function joinName(prefix: string, key: string): string {
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
    if (!/^\s*[{["]/.test(line)) {
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
