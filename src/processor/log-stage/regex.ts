// `regex`: named groups of an expression become values.
import type { RE2JS } from 're2js';
import type { RegexStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage, invalid, type StageEntry } from './definition.ts';
import { isLabelName } from './label-name.ts';
import { compileExpression } from './regex-text.ts';
import { checkSource, sourceText } from './source.ts';
import { labelTextOf } from './value.ts';

export const regex = defineStage<RegexStage>({
  kind: 'regex',
  doc: 'Takes the named groups of a regular expression (RE2) from the line or from a value.',
  example: "- regex:\n    expression: '^(?P<method>\\S+) (?P<path>\\S+)'",
  prepare: ({ expression, source, setsLabels }) => {
    if (expression === '') throw invalid('expression is required');
    checkSource(source);
    const pattern = compileExpression(expression, 'could not compile regular expression');
    const groups = namedGroups(pattern);
    return changing('regex', (entry) => {
      const text = sourceText(entry, source);
      if (text === undefined) return;
      const matcher = pattern.matcher(text);
      if (!matcher.find()) return;
      for (const [name, group] of groups) {
        const value = matcher.group(group) ?? '';
        entry.extracted.set(name, value);
        if (setsLabels) setLabel(entry, name, value);
      }
    });
  },
});

export const namedGroups = (pattern: RE2JS): [name: string, group: number][] =>
  Object.entries(pattern.namedGroups() as Record<string, number>);

export function setLabel(entry: StageEntry, name: string, value: string): void {
  const text = labelTextOf(value);
  if (text !== undefined && isLabelName(name)) entry.labels.set(name, text);
}
