// Patterns of lines: whatever is mined, `|>` must find the lines again. Real logs where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, parsePattern } from '../stage/pattern-text.ts';
import { PatternMiner } from './miner.ts';
import { tokenize, toPattern } from './tokenizer.ts';
import { groupsMax } from './tree.ts';

const mine = (lines: readonly string[]) => {
  const miner = new PatternMiner();
  for (const line of lines) miner.add(line, 'info', 0, 1);
  return { patterns: miner.take(), skipped: miner.skipped };
};
const patternsOf = (lines: readonly string[]): string[] =>
  mine(lines).patterns.map(({ pattern, total }) => `${total} ${pattern}`);

const found = (patterns: readonly { pattern: string }[], lines: readonly string[]): number => {
  const parsed = patterns.map(({ pattern }) => parsePattern(pattern));
  return lines.filter((line) => parsed.some((pattern) => matchesPattern(pattern, line))).length;
};

describe('tokenize', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['GET /users took 15ms', 'GET /users took <_>'],
    ['2026-11-01T00:00:04.221Z level=info n=-5', '<_> level=info n=<_>'],
    ['10.0.0.1:8080 -> 3f2504e0-4f89-41d3-9a0c-0305e82c3301', '<_> -> <_>'],
    ['{"a":"b","n":12,"t":[1,2]}', '{"a":"b","n":<_>,"t":[<_>,<_>]}'],
    ['error: no such host: db', 'error: no such host: db'],
    ['deadbeef01 decade facade s3 v1', '<_> decade facade s3 v1'],
  ];
  for (const [line, pattern] of cases) {
    it(line, () => {
      const { words, gaps } = tokenize(line);
      expect(toPattern(words, gaps)).toBe(pattern);
    });
  }
  it('makes one variable of the rest of a very long line', () => {
    const { words, gaps } = tokenize('word '.repeat(500));
    expect(toPattern(words, gaps)).toBe(`${'word '.repeat(100)}<_>`);
  });
});

describe('a line that is cut', () => {
  for (const [name, line] of [
    ['in a word', 'x'.repeat(3000)],
    ['in a gap', `${'x'.repeat(1990)}${' '.repeat(100)}end`],
    ['between letters of two units', `a ${'😀'.repeat(1500)}`],
  ] as const) {
    it(`${name} is found again`, () => expect(found(mine([line]).patterns, [line])).toBe(1));
  }
});

describe('mining', () => {
  it('puts variables where lines differ', () => {
    const lines = ['ann', 'bob', 'eve'].map((name) => `user ${name} logged in from the office`);
    expect(patternsOf([...lines, 'disk is full'])).toEqual([
      '3 user <_> logged in from the office',
      '1 disk is full',
    ]);
  });

  it('makes a variable of a first word with many values', () => {
    const names = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(3));
    expect(patternsOf(names.map((name) => `${name} left`))).toEqual(['20 <_> left']);
  });

  it('counts by level and slot', () => {
    const miner = new PatternMiner();
    miner.add('a 1', 'info', 7, 10);
    miner.add('a 2', 'info', 5, 10);
    miner.add('a 3', 'error', 5, 10);
    expect(miner.take()).toEqual([
      {
        pattern: 'a <_>',
        level: 'info',
        samples: [
          [5, 10],
          [7, 10],
        ],
        total: 20,
      },
      { pattern: 'a <_>', level: 'error', samples: [[5, 10]], total: 10 },
    ]);
  });

  it('stops making groups when there are too many, and says how much was left out', () => {
    const lines = Array.from(
      { length: groupsMax + 5 },
      (_, i) => `x${' y'.repeat(i % 90)}${';'.repeat(i)}`,
    );
    expect(mine(lines).skipped).toBe(5);
  });

  it('finds every line again, and names no captures', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('a', 'b', '12', 'x=1', ': ', '<b>', '<_>', '<<c>', '<1>'),
    );
    const line = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const { patterns } = mine(lines);
        expect(found(patterns, lines)).toBe(lines.length);
        for (const { pattern } of patterns) expect(parsePattern(pattern).names).toEqual([]);
      }),
    );
  });
});

const corpus = join(import.meta.dirname, '../../../../../shared/corpus/logs');
describe.skipIf(!existsSync(corpus))('real logs, where they are at hand', () => {
  for (const folder of ['loki-drain', 'loghub']) {
    const files = existsSync(corpus) ? readdirSync(join(corpus, folder)) : [];
    for (const name of files.filter((file) => /\.(txt|log)$/.test(file))) {
      it(`${folder}/${name}`, () => {
        const text = readFileSync(join(corpus, folder, name), 'utf8');
        const lines = text.split('\n').filter((line) => line !== '');
        const { patterns, skipped } = mine(lines);
        expect(skipped).toBe(0);
        expect(found(patterns, lines)).toBe(lines.length);
        // A log of some hundred or thousand lines says much fewer different things.
        expect(patterns.length).toBeLessThan(Math.max(20, lines.length / 4));
      });
    }
  }
});
