// The fields of one line: of JSON, else of logfmt, under the names that `| json` and `| logfmt` give.

import { toLabelName } from '../stage/entry.ts';
import { joinName } from '../stage/json.ts';
import {
  JsonBreak,
  jsonDepthMax,
  objectFields,
  skipBlank,
  unescapeJson,
} from '../stage/json-scan.ts';
import { LogfmtFault, logfmtPairs } from '../stage/logfmt-scan.ts';

export interface ParsedField {
  readonly name: string;
  readonly value: string;
  /** Keys from the outermost object to the value; undefined for logfmt. */
  readonly path: readonly string[] | undefined;
}

export interface ParsedLine {
  readonly parser: 'json' | 'logfmt';
  /** The first of a name. */
  readonly fields: readonly ParsedField[];
}

export function parseLine(line: string): ParsedLine {
  const fields = new Map<string, ParsedField>();
  const put = (name: string, value: string, path: readonly string[] | undefined): void => {
    if (name !== '' && !fields.has(name)) fields.set(name, { name, value, path });
  };
  if (readJson(line, put)) return { parser: 'json', fields: [...fields.values()] };
  fields.clear();
  for (const pair of logfmtPairs(line)) {
    if (pair instanceof LogfmtFault || !pair.value) continue;
    put(toLabelName(pair.key), pair.value, undefined);
  }
  return { parser: 'logfmt', fields: [...fields.values()] };
}

type Put = (name: string, value: string, path: readonly string[]) => void;

/** False when the line is no JSON object, whatever was put by then. */
function readJson(line: string, put: Put): boolean {
  const at = skipBlank(line, 0);
  if (line[at] !== '{') return false;
  try {
    walk(line, at, [], '', put);
    return true;
  } catch (error) {
    if (error instanceof JsonBreak) return false;
    throw error;
  }
}

function walk(line: string, at: number, path: readonly string[], prefix: string, put: Put): void {
  if (path.length >= jsonDepthMax) throw new JsonBreak('depth');
  for (const { key, kind, from, to } of objectFields(line, at)) {
    const name = joinName(prefix, key);
    const below = [...path, key];
    if (kind === 'object') walk(line, from, below, name, put);
    else if (kind === 'string') put(name, unescapeJson(line.slice(from, to)) ?? '', below);
    else if (kind !== 'array' && kind !== 'null') put(name, line.slice(from, to), below);
  }
}
