// `| unpack` undoes Promtail's `pack`: string fields of a JSON object become labels, `_entry` the line.
import type { UnpackStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { toLabelName } from './entry.ts';
import { describeBreak, JsonBreak, objectFields, skipBlank, unescapeJson } from './json-scan.ts';

export const unpack = defineStage<UnpackStage>({
  kind: 'unpack',
  name: 'unpack',
  doc: 'Makes labels of the string fields of a packed line, and its `_entry` the line.',
  example: '| unpack',
  changes: { line: true, labels: true },
  evaluate: () => (entry) => {
    const { line, labels } = entry;
    if (line === '') return true;
    const at = skipBlank(line, 0);
    if (line[at] !== '{') {
      labels.fail('JSONParserErr', 'expecting json object(6), but it is not');
      return true;
    }
    const found: [string, string][] = [];
    let packed: string | undefined;
    try {
      for (const field of objectFields(line, at)) {
        if (field.kind !== 'string') continue;
        const value = unescapeJson(line.slice(field.from, field.to));
        if (field.key === '_entry') packed = value;
        else found.push([field.key, value]);
      }
    } catch (error) {
      if (!(error instanceof JsonBreak)) throw error;
      labels.fail('JSONParserErr', describeBreak(error));
      return true;
    }
    if (packed === undefined) return true;
    for (const [name, value] of found) labels.extract(toLabelName(name), value);
    entry.line = packed;
    return true;
  },
});
