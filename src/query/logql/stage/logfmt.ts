// `| logfmt [--strict] [--keep-empty] [x="key", …]`. Without --strict broken pairs are passed over,
// without --keep-empty keys that have no value.
// https://grafana.com/docs/loki/latest/query/log_queries/#logfmt
import { InputError } from '#lib/errors.ts';
import type { LogfmtStage } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { defineStage } from './definition.ts';
import { type Entry, errorLabel, type StageRun, toLabelName } from './entry.ts';
import { extract, failParse, type ParserHints } from './hints.ts';
import { LogfmtFault, logfmtPairs } from './logfmt-scan.ts';

export const logfmt = defineStage<LogfmtStage>({
  kind: 'logfmt',
  name: 'logfmt',
  doc: 'Makes labels of the pairs of a logfmt line.',
  example: '| logfmt --strict duration, code="status"',
  changes: { labels: true },
  evaluate: (stage, hints) =>
    stage.extractions.length === 0 ? extractAll(stage, hints) : extractKeys(stage, hints),
});

function extractAll({ isStrict, keepsEmpty }: LogfmtStage, hints: ParserHints): StageRun {
  return (entry) => {
    if (hints.isDone(entry.labels)) return true;
    for (const pair of logfmtPairs(entry.line)) {
      if (pair instanceof LogfmtFault) {
        if (!isStrict) continue;
        return fail(entry, pair.message, hints);
      }
      const name = toLabelName(pair.key);
      if (!pair.value && !keepsEmpty) continue;
      const found = extract(hints, entry, name, pair.value ?? '');
      if (found !== 'next') return found === 'done';
    }
    return true;
  };
}

function fail(entry: Entry, fault: string, hints: ParserHints): boolean {
  failParse(hints, entry, 'LogfmtParserErr', fault);
  return hints.accepts(errorLabel, entry);
}

/** The last of several pairs of one key counts, and a key that has the name of a label is it. */
function extractKeys(stage: LogfmtStage, hints: ParserHints): StageRun {
  for (const { expression } of stage.extractions) checkKey(expression, stage);
  const labelOf = new Map(stage.extractions.map(({ label }) => [label, label]));
  for (const { label, expression } of stage.extractions) labelOf.set(expression, label);
  const names = stage.extractions.map(({ label }) => label);
  return (entry) => {
    const { line, labels } = entry;
    if (hints.isDone(labels)) return true;
    const targets = new Map(names.map((name) => [name, labels.parsedName(name)]));
    for (const name of names) if (targets.get(name) === name) labels.set(name, '');
    for (const pair of logfmtPairs(line)) {
      if (pair instanceof LogfmtFault) {
        if (!stage.isStrict) continue;
        failParse(hints, entry, 'LogfmtParserErr', pair.message);
        break;
      }
      const label = labelOf.get(toLabelName(pair.key));
      if (label !== undefined) labels.set(targets.get(label) as string, pair.value ?? '');
    }
    return true;
  };
}

/** Keys are words of letters, digits and `_`. */
function checkKey(expression: string, stage: LogfmtStage): void {
  const bad = /[^\w \t\n"]/u.exec(expression)?.[0];
  const problem =
    bad !== undefined
      ? `unexpected char ${bad}`
      : /^[a-zA-Z_]\w*$/.test(expression.trim())
        ? undefined
        : `syntax error: unexpected ${expression.trim() === '' ? '$end, expecting KEY' : 'KEY'}`;
  if (problem === undefined) return;
  throw new InputError(
    'logql_parse',
    `parse error : stage '${printStage(stage)}' : cannot parse expression [${expression}]: ${problem}`,
    { span: stage.span },
  );
}
