// `$1`, `${1}`, `$name`, `${name}` and `$$` in a replacement. A reference takes all letters, digits and
// `_` that follow, so that `$1x` is the group `1x`. https://pkg.go.dev/regexp#Regexp.Expand

/** A match of re2js. */
export interface ExpandableMatch {
  groupCount(): number;
  group(group: number): string | null | undefined;
  pattern(): { namedGroups(): Readonly<Record<string, number>> };
}

const reference = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/** A group that is not there, or took no part, is empty; any other `$` stands for itself. */
export function expandMatch(template: string, match: ExpandableMatch): string {
  if (!template.includes('$')) return template;
  return template.replace(reference, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const group = groupOf(braced ?? bare ?? '', match);
    return group === undefined || group > match.groupCount() ? '' : (match.group(group) ?? '');
  });
}

function groupOf(name: string, match: ExpandableMatch): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  const names = match.pattern().namedGroups();
  return Object.hasOwn(names, name) ? names[name] : undefined;
}
