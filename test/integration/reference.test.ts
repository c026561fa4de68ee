// docs/reference/metrics.md lists what a running program tells of itself.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSightline } from '../../src/index.ts';
import type { Sightline } from '../../src/public-api.ts';
import { printProgramReference } from '../../tool/print-reference.ts';

let sightline: Sightline;
beforeAll(async () => {
  sightline = await startSightline();
});
afterAll(() => sightline?.stop());

it('docs/reference/metrics.md is fresh (else: npm run gen)', async () => {
  for (const [path, text] of Object.entries(await printProgramReference(sightline.url))) {
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});
