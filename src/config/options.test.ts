// Every key does something: some file outside of config reads it.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type OptionKey, options } from './options.ts';

const text = ['..', '../cli', '../compose']
  .map((folder) => new URL(`${folder}/`, import.meta.url))
  .flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)))
  .filter(({ pathname }) => pathname.endsWith('.ts') && !pathname.endsWith('.test.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

// `config` names the file and is read by the loader.
const keys = (Object.keys(options) as OptionKey[]).filter((key) => key !== 'config');
for (const key of keys) {
  it(`${key} is read`, () => {
    const isRead = text.includes(`config['${key}']`) || text.includes(`config.${key}`);
    expect(isRead).toBe(true);
  });
}
