// Things that must have each other: links and their targets, golden files and their tests, optional
// packages and their entries in the lock file.
import { posix } from 'node:path';
import { isTest, type SourceFile } from './source-file.ts';

const linkPattern = /!?\[[^\]]*\]\(([^)\s]+)[^)]*\)/g;

/** Relative links of every Markdown file, pictures included, must lead to a file of the repository. */
export function findDeadLinks(files: readonly SourceFile[]): string[] {
  const paths = new Set<string>();
  for (const { path } of files) {
    for (let at = path; at !== '.'; at = posix.dirname(at)) paths.add(at);
  }
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap((file) =>
      [...file.text.matchAll(linkPattern)]
        .map((match) => match[1] as string)
        .filter((link) => !/^(https?:|mailto:|#)/.test(link))
        .filter((link) => {
          const target = link.replace(/#.*/, '').replace(/\/$/, '');
          return !paths.has(posix.join(posix.dirname(file.path), target));
        })
        .map((link) => `${file.path}: links to ${link}, which is not in the repository`),
    );
}

/** A golden file belongs to a test of the folder above it that names it, or that makes its name. */
export function findOrphanedGoldenFiles(files: readonly SourceFile[]): string[] {
  const tests = files.filter(isTest);
  return files
    .filter(({ path }) => path.includes('/golden/'))
    .filter(({ path }) => {
      const folder = path.slice(0, path.indexOf('/golden/'));
      const name = posix.basename(path);
      const stem = name.replace(/\.\w+$/, '');
      return !tests.some(
        (test) =>
          posix.dirname(test.path) === folder &&
          (test.text.includes(stem) || /golden\/[^'"`\n]*\$\{/.test(test.text)),
      );
    })
    .map(({ path }) => `${path}: no test of the folder above reads it; delete it`);
}

interface LockEntry {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** npm leaves out of a lock file what its registry lacked, and then `npm ci` fails elsewhere. */
export function findMissingLockEntries(lockFile: string): string[] {
  const packages = JSON.parse(lockFile).packages as Record<string, LockEntry>;
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      )
      .map((name) => `package-lock.json: no entry for ${name}; run npx tsx tool/complete-lock.ts`),
  );
  return [...new Set(missing)];
}
