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
  const finds = (title: string, text: string, ...metrics: string[]) =>
    it(title, () =>
      expect(
        readOwnMetrics([file(text)]).map(({ name, kind, help }) => `${kind} ${name}: ${help}`),
      ).toEqual(metrics),
    );
  finds('one line', "meter.counter('a_total', 'All.');", 'counter a_total: All.');
  finds(
    'several lines, joined texts',
    "const a = meter.histogram(\n  'a_seconds',\n  'Duration ' +\n    'of it.',\n  bounds,\n);",
    'histogram a_seconds: Duration of it.',
  );
  finds('both quotes', `meter.observe('a', "It's a.", () => 1)`, "gauge a: It's a.");
  finds('sorts', "meter.gauge('b', 'B.'); meter.gauge('a', 'A.');", 'gauge a: A.', 'gauge b: B.');
  finds('nothing', "meters.counter('a', 'A.')");
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
