// `replace`: what groups of an expression match is replaced in the line or in a value.
import type { RE2JS } from 're2js';
import { GoMap } from '#lib/gotemplate/value.ts';
import type { ReplaceStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage, invalid } from './definition.ts';
import { namedGroups } from './regex.ts';
import { compileExpression } from './regex-text.ts';
import { sourceText } from './source.ts';
import { compileTemplate, templateValues } from './template-text.ts';

export const replace = defineStage<ReplaceStage>({
  kind: 'replace',
  doc: 'Replaces what the groups of an expression match; the replacement is a Go template.',
  example: "- replace:\n    expression: 'password=(\\S+)'\n    replace: '****'",
  prepare: (config, tools) => {
    const { expression, source } = config;
    if (expression === '') throw invalid('expression is required');
    if (source === '') throw invalid('empty source in replace stage');
    const pattern = compileExpression(expression, 'could not compile regular expression');
    const groups = namedGroups(pattern);
    const replacement = compileTemplate(config.replace, tools);
    return changing('replace', (entry) => {
      const text = sourceText(entry, source);
      if (text === undefined || !pattern.test(text)) return;
      const values = templateValues(entry);
      const { result, first, replacedBy } = replaceGroups(text, pattern, (captured) =>
        replacement.execute(new GoMap(values.set('Value', captured))),
      );
      if (source === undefined) entry.line = result;
      else entry.extracted.set(source, result);
      for (const [name, group] of groups) {
        const made = replacedBy.get(first[group] ?? '');
        if (made !== undefined) entry.extracted.set(name, made);
      }
    });
  },
});

interface Replaced {
  readonly result: string;
  /** The groups of the first match. */
  readonly first: readonly (string | undefined)[];
  readonly replacedBy: ReadonlyMap<string, string>;
}

/** Every group of every match, from left to right; a group within one that was replaced stays. */
function replaceGroups(
  text: string,
  pattern: RE2JS,
  replaceBy: (captured: string) => string,
): Replaced {
  const matcher = pattern.matcher(text);
  const replacedBy = new Map<string, string>();
  let first: (string | undefined)[] | undefined;
  let result = '';
  let end = 0;
  while (matcher.find()) {
    const groups: (string | undefined)[] = [];
    for (let group = 0; group <= matcher.groupCount(); group++) {
      const captured = matcher.group(group) ?? undefined;
      groups.push(captured);
      if (group === 0 || captured === undefined) continue;
      const made = replaceBy(captured);
      const start = matcher.start(group);
      if (end === 0 || end <= start) {
        result += text.slice(end, start) + made;
        end = matcher.end(group);
      }
      replacedBy.set(captured, made);
    }
    first ??= groups;
  }
  return { result: result + text.slice(end), first: first ?? [], replacedBy };
}
