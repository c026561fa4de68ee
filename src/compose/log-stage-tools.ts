// What pipeline stages take from LogQL: selectors with line filters, patterns, functions of templates.
import { InputError } from '#lib/errors.ts';
import type { EntryTest, StageTools } from '#processor/log-stage/definition.ts';
import { EntryLabels } from '#query/logql/stage/entry.ts';
import { compilePipeline } from '#query/logql/stage/index.ts';
import { capturePattern, parsePattern } from '#query/logql/stage/pattern-text.ts';
import { compileMatcher } from '#query/logql/stage/regex.ts';
import { parse } from '#query/logql/syntax/parser.ts';
import { templateFunctions } from '#query/logql/template/index.ts';

export const logStageTools: StageTools = {
  compileSelector,
  compilePattern: (text) => {
    // The stage of LogQL says what is wrong with it.
    compilePipeline([{ kind: 'pattern', pattern: text, span: { from: 0, to: text.length } }]);
    const parsed = parsePattern(text);
    return (line) => capturePattern(parsed, line);
  },
  templateFunctions: Object.fromEntries(
    templateFunctions.map(({ name, evaluate }) => [name, evaluate]),
  ),
};

function compileSelector(selector: string): EntryTest {
  const expr = parse(selector);
  const refused = (message: string) => new InputError('logql_parse', `parse error : ${message}`);
  if (expr.kind !== 'log') throw refused('a selector of streams is needed, not of numbers');
  if (expr.matchers.length === 0) throw refused('a selector needs at least one matcher');
  const other = expr.stages.find(({ kind }) => kind !== 'line-filter');
  if (other) throw refused(`only line filters may follow the selector, no ${other.kind}`);
  const matchers = expr.matchers.map((matcher) => ({
    name: matcher.name,
    accepts: compileMatcher(matcher),
  }));
  const passes = compilePipeline(expr.stages);
  const noLabels = new EntryLabels(new Map(), new Map());
  return (labels, line) => {
    for (const { name, accepts } of matchers) if (!accepts(labels.get(name) ?? '')) return false;
    return expr.stages.length === 0 || passes({ line, timeNano: 0n, labels: noLabels });
  };
}
