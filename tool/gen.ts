// `npm run gen`: writes docs/reference/ from the sources and from a program that it starts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { startSightline } from '../src/index.ts';
import { printProgramReference, printSourceReference } from './print-reference.ts';
import { readRepository } from './tidy/source-file.ts';

const sightline = await startSightline();
const pages = {
  ...(await printSourceReference(readRepository())),
  ...(await printProgramReference(sightline.url)),
};
await sightline.stop();
mkdirSync('docs/reference', { recursive: true });
for (const [path, text] of Object.entries(pages)) {
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}
