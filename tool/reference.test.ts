import { describe, expect, it } from 'vitest';
import {
  findDoubleCodes,
  findUndeclaredCodes,
  findUnknownKeys,
  printErrors,
  readOwnMetrics,
} from './reference.ts';

const file = (text: string, path = 'src/store/a.ts') => ({ path, text });
const code = (name: string, folder: string) => ({ code: name, folder, sentence: 'It failed.' });

describe('readOwnMetrics', () => {
  it('reads name, kind and help, sorted, with and without samples', () => {
    const exposition = [
      '# HELP b_seconds Duration.',
      '# TYPE b_seconds histogram',
      'b_seconds_count 1',
      '# HELP a_total A \\\\ and\\nmore.',
      '# TYPE a_total counter',
      '',
    ].join('\n');
    expect(readOwnMetrics(exposition)).toEqual([
      { name: 'a_total', kind: 'counter', help: 'A \\ and more.' },
      { name: 'b_seconds', kind: 'histogram', help: 'Duration.' },
    ]);
  });
});

describe('error codes', () => {
  it('finds what nobody declares', () => {
    const thrower = file("throw new InputError('a', `b`); throw new OperationError(\n  'c', 'd');");
    expect(findUndeclaredCodes([thrower], [code('a', 'store')])).toEqual([
      "src/store/a.ts: throws 'c'; declare it in an errors.ts",
    ]);
  });
  it('finds what two declare', () => {
    expect(findDoubleCodes([code('a', 'x'), code('a', 'y'), code('b', 'x')])).toEqual([
      'a: declared in x and in y; one declaration is enough',
    ]);
  });
  it('finds keys that do not exist', () => {
    const full = { code: 'full', folder: 'store', sentence: 'Over memory.limit or memory.lim.' };
    expect(findUnknownKeys([full], new Set(['listen', 'memory.limit']))).toEqual([
      'store/errors.ts: full names memory.lim, which is no key',
    ]);
  });
  it('prints a table', () => {
    expect(printErrors([code('a|b', 'x')])).toContain('| `a\\|b` | It failed. | x |');
  });
});
