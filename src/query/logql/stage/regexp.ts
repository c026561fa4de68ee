// `| regexp "(?P<method>\\w+) (?P<path>\\S+)"`: named groups become labels.
import { InputError } from '#lib/errors.ts';
import type { RegexpStage } from '../syntax/ast.ts';
import { defineStage } from './definition.ts';
import { extract } from './hints.ts';
import { compileRegex } from './regex.ts';

export const regexp = defineStage<RegexpStage>({
  kind: 'regexp',
  name: 'regexp',
  doc: 'Makes labels of the named groups of a regular expression.',
  example: '| regexp "(?P<method>[A-Z]+) (?P<path>\\\\S+)"',
  changes: { labels: true },
  evaluate: (stage, hints) => {
    const regex = compileRegex(stage.pattern, stage.span, 'invalid regexp parser: ');
    const groups = Object.entries(regex.namedGroups());
    if (groups.length === 0) {
      throw new InputError(
        'logql_parse',
        'parse error : invalid regexp parser: at least one named capture must be supplied',
        { span: stage.span },
      );
    }
    return (entry) => {
      const matcher = regex.matcher(entry.line);
      if (!matcher.find()) return true;
      for (const [name, index] of groups) {
        const value = matcher.group(index as number) ?? '';
        if (extract(hints, entry, name, value) === 'drop') return false;
      }
      return true;
    };
  },
});
