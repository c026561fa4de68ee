// Paths of `json x="a.b[0][\"c d\"]"`.
import { arrayItems, JsonBreak, type JsonField, objectFields, skipBlank } from './json-scan.ts';

export type JsonPath = readonly (string | number)[];

/** Undefined when the text is no path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const path: (string | number)[] = [];
  const step = /(?:(^|\.)([a-zA-Z_][\w-]*))|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/uy;
  let at = 0;
  while (at < text.length) {
    step.lastIndex = at;
    const found = step.exec(text);
    if (!found) return undefined;
    if (found[2] !== undefined) path.push(found[2]);
    else if (found[3] !== undefined) path.push(Number(found[3]));
    else path.push((found[4] as string).replace(/\\(.)/g, '$1'));
    at = step.lastIndex;
  }
  return path.length > 0 ? path : undefined;
}

/** The value at a path of the JSON in `text`; undefined when there is none. */
export function findJsonPath(text: string, path: JsonPath): Omit<JsonField, 'key'> | undefined {
  let found: Omit<JsonField, 'key'> | undefined = rootOf(text);
  for (const step of path) {
    if (!found) return undefined;
    found = typeof step === 'string' ? fieldOf(text, found, step) : itemOf(text, found, step);
  }
  return found;
}

function rootOf(text: string): Omit<JsonField, 'key'> | undefined {
  const from = skipBlank(text, 0);
  if (text[from] === '{') return { kind: 'object', from, to: text.length };
  if (text[from] === '[') return { kind: 'array', from, to: text.length };
  return undefined;
}

function fieldOf(text: string, within: Omit<JsonField, 'key'>, key: string) {
  if (within.kind !== 'object') return undefined;
  try {
    for (const field of objectFields(text, within.from)) if (field.key === key) return field;
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
  }
  return undefined;
}

function itemOf(text: string, within: Omit<JsonField, 'key'>, index: number) {
  if (within.kind !== 'array') return undefined;
  try {
    let at = 0;
    for (const item of arrayItems(text, within.from)) if (at++ === index) return item;
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
  }
  return undefined;
}
