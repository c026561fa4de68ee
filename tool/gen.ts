// `npm run gen`: writes docs/reference/ from the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { printReference } from './print-reference.ts';
import { readRepository } from './tidy/source-file.ts';

mkdirSync('docs/reference', { recursive: true });
for (const [path, text] of Object.entries(await printReference(readRepository()))) {
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}
