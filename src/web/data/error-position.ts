// Where in the query an error lies, read from its message. Prometheus writes `1:5: parse error`,
// Loki `parse error at line 1, col 5`, Tempo the same or with `col` before a colon.

import type { ErrorSpan } from './request.ts';

/** Offsets into `query`; at least one character, the word at the position where there is one. */
export function errorPosition(message: string, query: string): ErrorSpan | undefined {
  const found =
    /(?:^|\s|")(\d+):(\d+): /.exec(message) ?? /line (\d+),? col(?:umn)?:? ?(\d+)/.exec(message);
  if (found === null) return undefined;
  const line = Number(found[1]);
  const column = Number(found[2]);
  const lines = query.split('\n');
  const text = lines[line - 1];
  if (text === undefined) return undefined;
  const lineStart = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const from = Math.min(lineStart + Math.max(0, column - 1), Math.max(0, query.length - 1));
  const word = /^[\w.:]+/.exec(query.slice(from))?.[0] ?? ' ';
  return { from, to: Math.min(query.length, from + word.length) };
}
