// The files of the repository as the tidy rules see them: path and text, and what they import.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const binary = /\.(png|jpg|ico|woff2?|bin|zst|gz|pb|snappy)$/;

/** Every file that git has or would take, with its text; binary files have none. */
export function readRepository(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\n'))]
    .filter((path) => path !== '')
    .flatMap((path) => {
      const text = binary.test(path) ? '' : readIfThere(path);
      return text === undefined ? [] : [{ path, text }];
    });
}

/** Git lists what is deleted but not committed, and what somebody deletes meanwhile. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export const isCode = (file: SourceFile): boolean => /\.(ts|tsx|mts|mjs)$/.test(file.path);
export const isTest = (file: SourceFile): boolean =>
  /\.test\.tsx?$|\.fuzz\.ts$|^test\//.test(file.path);
/** Our program itself: what ships, without its tests. */
export const isProgram = (file: SourceFile): boolean =>
  file.path.startsWith('src/') && isCode(file) && !isTest(file);

export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  readonly line: number;
}

const importPattern =
  /(?:^|[;\n])\s*(?:import|export)(\s+type\b)?(?:[^'";]*?\bfrom)?\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(file: SourceFile): Import[] {
  return [...file.text.matchAll(importPattern)].map((match) => ({
    specifier: (match[2] ?? match[3]) as string,
    isTypeOnly: match[1] !== undefined,
    line: lineAt(file.text, match.index + match[0].length),
  }));
}

/** The file in src/ that an import of ours names, or undefined when it names a package. */
export function targetOf(file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(file.path), specifier);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
  }
  return line;
}

/** Code without its comments, the same length, so that offsets stay true. */
export function withoutComments(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g, (match) =>
    match.startsWith("'") ? match : match.replace(/[^\n]/g, ' '),
  );
}
