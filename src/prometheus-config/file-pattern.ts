// File names of configuration with `*`, `?` and `[…]` in their last part.
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Nothing but the last part may have a star. */
export const isFilePattern = (pattern: string): boolean => /^[^*]*(?:\*[^/]*)?$/.test(pattern);

/** The files of today, sorted; none when the folder is not there or the pattern is none. A plain name has to exist, too. */
export function filesOf(pattern: string): string[] {
  const name = basename(pattern);
  if (!/[*?[]/.test(name)) return isThere(pattern) ? [pattern] : [];
  try {
    const matches = patternOf(name);
    const names = readdirSync(dirname(pattern)).filter((one) => matches.test(one));
    return names.sort().map((one) => join(dirname(pattern), one));
  } catch {
    return [];
  }
}

function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // No name of a file at all, or behind a folder that cannot be entered.
    return false;
  }
}

/** Go's filepath.Match: a star does not match a leading dot specially. */
function patternOf(glob: string): RegExp {
  const source = glob.replace(/\[\^?[^\]]+\]|\\.|[^\\]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.startsWith('[') && part.length > 1) return part;
    return part.replace(/^\\/, '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
