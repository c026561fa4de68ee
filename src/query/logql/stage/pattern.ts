// `| pattern "<ip> - <_> \"<method> <path>\""`: what stands between the literals becomes labels.
import { InputError } from '#lib/errors.ts';
import type { PatternStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { extract } from './hints.ts';
import { capturePattern, consecutiveCaptures, parsePattern } from './pattern-text.ts';

export const pattern = defineStage<PatternStage>({
  kind: 'pattern',
  name: 'pattern',
  doc: 'Makes labels of what stands between the literals of a pattern.',
  example: '| pattern `<ip> - - <_> "<method> <path> <_>" <status>`',
  changes: { labels: true },
  evaluate: (stage, hints) => {
    const parsed = parsePattern(stage.pattern);
    const problem = problemOf(stage.pattern, parsed.names, consecutiveCaptures(parsed));
    if (problem !== undefined) {
      throw new InputError('logql_parse', `parse error : invalid pattern parser: ${problem}`, {
        span: stage.span,
      });
    }
    return (entry) => {
      if (hints.isDone(entry.labels)) return true;
      for (const [name, value] of capturePattern(parsed, entry.line)) {
        if (extract(hints, entry, name, value) === 'drop') return false;
      }
      return true;
    };
  },
});

function problemOf(
  text: string,
  names: readonly string[],
  consecutive: string | undefined,
): string | undefined {
  if (text === '') {
    return 'parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL';
  }
  if (names.length === 0) return 'at least one capture is required';
  if (consecutive !== undefined) {
    return `found consecutive capture '${consecutive}': invalid expression`;
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : `duplicate capture name (${twice}): invalid expression`;
}
