// The label `level` of a parser without the line: from column `parsed_level` of otel_logs, which
// src/model/log-parsed-level.ts describes.

export type LevelParser = 'json' | 'logfmt';

/**
 * What the parser makes of a line: a label `level` of this value, or none (`value` is undefined). Undefined
 * where it is not known, and the line must be parsed.
 */
export function saysLevel(
  parser: LevelParser,
  stored: string,
): { readonly value: string | undefined } | undefined {
  const state = stored.charAt(0);
  if (state === (parser === 'json' ? 'j' : 'l')) return { value: stored.slice(1) };
  if (state === 'n') return none;
  return parser === 'json' && (state === 'l' || state === 't') ? none : undefined;
}

const none = { value: undefined };
