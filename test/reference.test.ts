// docs/reference/ says what the sources say; its page of metrics is compared by
// test/integration/reference.test.ts.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { options } from '#config/options.ts';
import { printSourceReference } from '../tool/print-reference.ts';
import {
  findDoubleCodes,
  findUndeclaredCodes,
  findUnknownKeys,
  readErrorCodes,
} from '../tool/reference.ts';
import { readRepository } from '../tool/tidy/source-file.ts';

const files = readRepository();
const codes = await readErrorCodes(files);

describe('docs/reference', () => {
  const pages = printSourceReference(files);
  for (const path of ['errors', 'config', 'log-stages'].map(
    (name) => `docs/reference/${name}.md`,
  )) {
    it(`${path} is fresh (else: npm run gen)`, async () => {
      const written = existsSync(path) ? readFileSync(path, 'utf8') : '';
      expect(written).toBe((await pages)[path]);
    });
  }
});

describe('error codes', () => {
  it('are declared where they are thrown', () =>
    expect(findUndeclaredCodes(files, codes).join('\n')).toBe(''));
  it('name keys that exist', () =>
    expect(findUnknownKeys(codes, new Set(Object.keys(options))).join('\n')).toBe(''));
  it('are declared once', () => expect(findDoubleCodes(codes).join('\n')).toBe(''));
  it('are lower_snake_case with a full sentence', () => {
    for (const { code, sentence } of codes) {
      expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(`${code}: ${sentence}`).toMatch(/^\w+: .{10,}\.$/s);
    }
  });
});
