// `| unpack` undoes Promtail's `pack`: string fields of a JSON object become labels, `_entry` the line.
import type { UnpackStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { type Entry, toLabelName } from './entry.ts';
import { failParse, type ParserHints } from './hints.ts';
import { JsonBreak, objectFields, skipBlank, unescapeJson } from './json-scan.ts';

export const unpack = defineStage<UnpackStage>({
  kind: 'unpack',
  name: 'unpack',
  doc: 'Makes labels of the string fields of a packed line, and its `_entry` the line.',
  example: '| unpack',
  changes: { line: true, labels: true },
  evaluate: (_, hints) => (entry) => {
    const { line, labels } = entry;
    if (line === '' || hints.isDone(labels)) return true;
    const at = skipBlank(line, 0);
    if (line[at] !== '{') {
      failParse(hints, entry, 'JSONParserErr', 'expecting json object(6), but it is not');
      return true;
    }
    try {
      return unpackObject(entry, at, hints);
    } catch (error) {
      if (!(error instanceof JsonBreak)) throw error;
      failParse(hints, entry, 'JSONParserErr', error.message);
      return true;
    }
  },
});

/** Labels are set only where there is a packed line among them. */
function unpackObject(entry: Entry, at: number, hints: ParserHints): boolean {
  const { line, labels } = entry;
  const found: [string, string][] = [];
  let packed: string | undefined;
  for (const field of objectFields(line, at)) {
    if (field.kind !== 'string') continue;
    const value = unescapeJson(line.slice(field.from, field.to));
    if (field.key === '_entry') {
      packed = value;
      continue;
    }
    const name = labels.parsedName(field.key);
    if (hints.wants(name) && !labels.isExtracted(name)) found.push([toLabelName(name), value]);
  }
  if (packed === undefined) return true;
  entry.line = packed;
  for (const [name, value] of found) {
    labels.set(name, value);
    if (!hints.accepts(name, entry)) return false;
  }
  return true;
}
