import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FolderNames } from './folder-names.ts';

it('finds names by how they begin, in a folder that it reads once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-names-'));
  for (const name of ['app.log.2', 'b', 'app.log', 'app-1.log', 'ap', 'äpp']) {
    await writeFile(join(folder, name), '');
  }
  const names = new FolderNames();
  expect(await names.beginningWith(folder, 'app')).toEqual(['app-1.log', 'app.log', 'app.log.2']);
  await rm(folder, { recursive: true });
  expect(await names.beginningWith(folder, 'b')).toEqual(['b']);
  expect(await names.beginningWith(folder, 'ä')).toEqual(['äpp']);
  expect(await names.beginningWith(folder, 'z')).toEqual([]);
  expect(await new FolderNames().beginningWith(folder, '')).toEqual([]);
});
