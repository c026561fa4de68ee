// Patterns of file names as Promtail and Alloy take them: `*`, `?`, `[…]` within a part of a path, `**` for
// any number of folders, `{a,b}` for alternatives, `\` before a character that means itself.
// https://github.com/bmatcuk/doublestar#patterns
import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RE2JS } from 're2js';
import { InputError } from '#lib/errors.ts';

type Part =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: RE2JS }
  | { readonly kind: 'folders' };

export interface Glob {
  readonly text: string;
  /** Each alternative as the parts of a path. */
  readonly alternatives: readonly (readonly Part[])[];
}

/** Most alternatives that braces may stand for. */
const alternativesMax = 1000;

/** Throws InputError `log_glob_invalid`. */
export function parseGlob(text: string): Glob {
  const alternatives = expandBraces(text, text).map((one) => one.split('/').map(parsePart));
  return { text, alternatives };

  function parsePart(part: string): Part {
    if (part === '**') return { kind: 'folders' };
    if (!/[*?[]/.test(part)) return { kind: 'name', name: part.replace(/\\(.)/gs, '$1') };
    try {
      return { kind: 'pattern', pattern: RE2JS.compile(sourceOf(part), RE2JS.DOTALL) };
    } catch (cause) {
      const message = `cannot read the file pattern '${text}': '${part}' is no pattern`;
      throw new InputError('log_glob_invalid', message, { cause });
    }
  }
}

function expandBraces(glob: string, whole: string): string[] {
  let depth = 0;
  let open = -1;
  const commas: number[] = [];
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i];
    if (character === '\\') i++;
    else if (character === '{' && depth++ === 0) open = i;
    else if (character === ',' && depth === 1) commas.push(i);
    else if (character === '}' && depth > 0 && --depth === 0) {
      const [head, tail] = [glob.slice(0, open), glob.slice(i + 1)];
      const bounds = [open, ...commas, i];
      const expanded = bounds.slice(1).flatMap((end, n) => {
        const choice = glob.slice((bounds[n] as number) + 1, end);
        return expandBraces(head + choice + tail, whole);
      });
      if (expanded.length <= alternativesMax) return expanded;
      const message = `the file pattern '${whole}' stands for more than ${alternativesMax} patterns`;
      throw new InputError('log_glob_invalid', message);
    }
  }
  if (depth === 0) return [glob];
  throw new InputError('log_glob_invalid', `the file pattern '${whole}' has an open brace`);
}

/** As RE2. A star matches a leading dot, too. */
function sourceOf(part: string): string {
  return part.replace(/\[[!^]?\]?(?:\\.|[^\]\\])*\]|\\.|./gs, (piece) => {
    if (piece.startsWith('*')) return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.startsWith('[') && piece.length > 1) {
      const isNegated = /^\[[!^]/.test(piece);
      const set = piece.slice(isNegated ? 2 : 1, -1).replace(/[[\]&~]/g, '\\$&');
      return `[${isNegated ? '^' : ''}${set}]`;
    }
    return RE2JS.quote(piece.startsWith('\\') && piece.length > 1 ? piece.slice(1) : piece);
  });
}

export function matchesGlob({ alternatives }: Glob, path: string): boolean {
  const names = path.split('/');
  return alternatives.some((parts) => matchesParts(parts, 0, names, 0));
}

function matchesParts(
  parts: readonly Part[],
  part: number,
  names: readonly string[],
  at: number,
): boolean {
  if (part === parts.length) return at === names.length;
  const wanted = parts[part] as Part;
  if (wanted.kind === 'folders') {
    for (let skipped = at; skipped <= names.length; skipped++) {
      if (matchesParts(parts, part + 1, names, skipped)) return true;
    }
    return false;
  }
  const name = names[at];
  return (
    name !== undefined && matchesPart(wanted, name) && matchesParts(parts, part + 1, names, at + 1)
  );
}

const matchesPart = (part: Exclude<Part, { kind: 'folders' }>, name: string): boolean =>
  part.kind === 'name' ? part.name === name : part.pattern.testExact(name);

/** What a search has looked at: when a folder's time of change moves, it is worth another one. */
export type SeenFolders = Map<string, number>;

/** The files of today, sorted. What cannot be looked into has none. Links are followed. */
export async function findFiles(glob: Glob, seen: SeenFolders): Promise<string[]> {
  const found = new Set<string>();
  for (const parts of glob.alternatives) await search('', parts, 0);
  return [...found].sort();

  async function search(base: string, parts: readonly Part[], from: number): Promise<void> {
    let path = base;
    let at = from;
    while (parts[at]?.kind === 'name' && at < parts.length - 1) {
      path = step(path, (parts[at] as { name: string }).name, at);
      at++;
    }
    const part = parts[at];
    if (part === undefined) return;
    const isLast = at === parts.length - 1;
    if (part.kind === 'name') {
      const file = step(path, part.name, at);
      await see(path === '' ? '.' : path);
      if ((await statOf(file))?.isFile()) found.add(file);
      return;
    }
    const folder = path === '' ? '.' : path;
    if (!(await see(folder))) return;
    if (part.kind === 'folders' && !isLast) await search(path, parts, at + 1);
    for (const entry of await entriesOf(folder)) {
      const inner = step(path, entry.name, at);
      if (part.kind === 'folders') {
        // Links to folders may lead in circles: `**` does not follow them.
        if (entry.isDirectory()) await search(inner, parts, at);
        else if (isLast && (await isFile(inner, entry))) found.add(inner);
      } else if (part.pattern.testExact(entry.name)) {
        if (isLast) {
          if (await isFile(inner, entry)) found.add(inner);
        } else if (entry.isDirectory() || entry.isSymbolicLink()) {
          await search(inner, parts, at + 1);
        }
      }
    }
  }

  async function see(folder: string): Promise<boolean> {
    if (seen.has(folder)) return true;
    const stats = await statOf(folder);
    seen.set(folder, stats?.mtimeMs ?? 0);
    return stats?.isDirectory() ?? false;
  }
}

/** Whether a folder that was looked at has got or lost something since. */
export async function hasChanged(seen: SeenFolders): Promise<boolean> {
  for (const [folder, mtimeMs] of seen) {
    if (((await statOf(folder))?.mtimeMs ?? 0) !== mtimeMs) return true;
  }
  return false;
}

const step = (path: string, name: string, index: number): string =>
  index === 0 ? (name === '' ? '/' : name) : join(path, name);

async function isFile(path: string, entry: Dirent): Promise<boolean> {
  if (entry.isFile()) return true;
  return entry.isSymbolicLink() && ((await statOf(path))?.isFile() ?? false);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
