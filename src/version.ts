// The version of the package, from its package.json: one folder up from src/ and from dist/ alike.
import { readFileSync } from 'node:fs';

const packageJson = new URL('../package.json', import.meta.url);

export const version = (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string })
  .version;
