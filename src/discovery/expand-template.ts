// `$1`, `${1}`, `$name`, `${name}` and `$$` in a replacement, as Go's regexp package expands them.

/** What a match gave: by number, or by the name of a group; undefined when the group is not there. */
export interface MatchGroups {
  byNumber(group: number): string;
  byName(name: string): string;
}

const reference = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

export function expandTemplate(template: string, groups: MatchGroups): string {
  if (!template.includes('$')) return template;
  return template.replace(reference, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare ?? '';
    return /^\d+$/.test(name) ? groups.byNumber(Number(name)) : groups.byName(name);
  });
}
