// `json`: what JMESPath expressions find becomes values.
import { InputError } from '#lib/errors.ts';
import { compileJmesPath, type Search } from '#lib/jmespath/jmespath.ts';
import { isObject, type Json } from '#lib/jmespath/value.ts';
import type { JsonStage, NamedSources } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageEntry } from './definition.ts';
import { goJson } from './go-json.ts';
import { checkSource, sourceText } from './source.ts';
import type { ExtractedValue } from './value.ts';

export const json = defineStage<JsonStage>({
  kind: 'json',
  doc: 'Takes values from a JSON object by JMESPath expressions.',
  example: '- json:\n    expressions:\n      level:\n      user: request.user.name',
  prepare: ({ expressions, source, dropsMalformed }) => {
    if (expressions.length === 0) throw invalid('JMES expression is required');
    checkSource(source);
    const searches = compileSearches(expressions);
    return ({ onFailure, drop }, next) =>
      (entry) => {
        const text = sourceText(entry, source);
        const object = text === undefined ? undefined : parseObject(text);
        if (object === undefined) {
          if (text !== undefined && dropsMalformed) {
            drop(entry, 'malformed_json');
            return;
          }
          if (text !== undefined) onFailure('json');
        } else if (!extract(entry, object, searches)) onFailure('json');
        next(entry);
      };
  },
});

type NamedSearch = readonly [name: string, search: Search];

function compileSearches(expressions: NamedSources): NamedSearch[] {
  return expressions.map(([name, expression]) => {
    try {
      return [name, compileJmesPath(expression === '' ? name : expression)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw invalid(`could not compile JMES expression: ${error.message}`, error);
    }
  });
}

export function parseObject(text: string): Json | undefined {
  // The usual lines that are not JSON are told without an exception.
  const first = text.trimStart()[0];
  if (first !== '{') return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** False when a search failed; the others count. */
function extract(entry: StageEntry, object: Json, searches: readonly NamedSearch[]): boolean {
  let isWhole = true;
  for (const [name, search] of searches) {
    try {
      entry.extracted.set(name, toExtracted(search(object)));
    } catch {
      isWhole = false;
    }
  }
  return isWhole;
}

const toExtracted = (value: Json): ExtractedValue =>
  typeof value === 'object' && value !== null ? goJson(value) : value;
