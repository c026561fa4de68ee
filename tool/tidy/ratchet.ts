// Numbers that may only fall: long files, `any`, suppressed rules. test/ratchet.json holds where they
// stand; a breach says so, and so does an improvement that is not yet written down.
import { isCode, type SourceFile, withoutComments } from './source-file.ts';

export interface Ratchet {
  /** Files over the limit, each with the lines that it may have. */
  readonly longFiles: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
}

const linesMax = 400;
/** How much a long file may shrink before its number has to follow. */
const slackLines = 20;

const counted: Readonly<Record<string, RegExp>> = {
  any: /:\s*any\b|\bas any\b|<any>|\bany\[\]/g,
  'biome-ignore': /biome-ignore/g,
  'ts-expect-error': /@ts-(?:expect-error|ignore|nocheck)/g,
};

export function findRatchetBreaches(files: readonly SourceFile[], ratchet: Ratchet): string[] {
  return [...findLongFiles(files, ratchet), ...findCounts(files, ratchet)];
}

function findLongFiles(files: readonly SourceFile[], { longFiles }: Ratchet): string[] {
  const breaches: string[] = [];
  const isListed = new Set(Object.keys(longFiles));
  for (const file of files.filter(isCode)) {
    const lines = file.text.split('\n').length - 1;
    const most = longFiles[file.path];
    isListed.delete(file.path);
    if (lines > (most ?? linesMax)) {
      breaches.push(`${file.path}: ${lines} lines, at most ${most ?? linesMax}; split it`);
    } else if (most !== undefined && (lines <= linesMax || lines < most - slackLines)) {
      const remedy = lines <= linesMax ? 'remove its line' : `write ${lines}`;
      breaches.push(`${file.path}: shrank to ${lines} lines; ${remedy} in test/ratchet.json`);
    }
  }
  return [
    ...breaches,
    ...[...isListed].map((path) => `${path}: gone; remove it from test/ratchet.json`),
  ];
}

function findCounts(files: readonly SourceFile[], { counts }: Ratchet): string[] {
  return Object.entries(counted).flatMap(([name, pattern]) => {
    const places = files.filter(isCode).flatMap((file) => {
      if (file.path.startsWith('tool/tidy/')) return [];
      const text = name === 'any' ? withoutComments(file.text) : file.text;
      const found = text.match(pattern)?.length ?? 0;
      return found > 0 ? [{ path: file.path, found }] : [];
    });
    const total = places.reduce((sum, place) => sum + place.found, 0);
    const most = counts[name] ?? 0;
    if (total === most) return [];
    if (total < most) return [`${name}: only ${total} left; write that in test/ratchet.json`];
    const list = places.map(({ path, found }) => `${path} (${found})`).join(', ');
    return [`${name}: ${total}, at most ${most}; it may only fall. Now in: ${list}`];
  });
}
