// The repository keeps its own rules. Each rule is in tool/tidy/, with tests that it can fail.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  findDeadLinks,
  findMissingLockEntries,
  findOrphanedGoldenFiles,
} from '../tool/tidy/documents.ts';
import { findBadHabits, findBannedNames, findLeftovers } from '../tool/tidy/habits.ts';
import { findImportBreaches, parseImportLaw } from '../tool/tidy/import-law.ts';
import { findRatchetBreaches } from '../tool/tidy/ratchet.ts';
import { readRepository } from '../tool/tidy/source-file.ts';

const files = readRepository();
const read = (path: string): string => readFileSync(path, 'utf8');

describe('the repository', () => {
  const clean = (title: string, breaches: () => string[]) =>
    it(title, () => expect(breaches().join('\n')).toBe(''));

  clean('keeps the import law of ARCHITECTURE.md', () =>
    findImportBreaches(files, parseImportLaw(read('ARCHITECTURE.md'))),
  );
  clean('reads time, randomness and environment in one place, leaves nothing unfinished', () =>
    // The rules and their tests spell what they forbid.
    findBadHabits(files, (file) => file.path.startsWith('tool/tidy/')),
  );
  clean('has names that say something', () => findBannedNames(files));
  clean('has no leftovers', () => findLeftovers(files));
  clean('has no more long files and suppressed rules than before', () =>
    findRatchetBreaches(files, JSON.parse(read('test/ratchet.json'))),
  );
  clean('has no dead links, every picture is there', () => findDeadLinks(files));
  clean('has a test for every golden file', () => findOrphanedGoldenFiles(files));
  clean('has a lock file that npm ci takes on every platform', () =>
    findMissingLockEntries(read('package-lock.json')),
  );
});
