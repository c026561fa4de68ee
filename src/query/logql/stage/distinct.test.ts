import { expect, it } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { printStage } from '../syntax/print.ts';
import { EntryLabels } from './entry.ts';
import { compilePipeline } from './index.ts';

const query = '{s="x"} | logfmt | distinct a, b | c="1"';

it('keeps the first line of each combination of values', () => {
  const log = parse(query, { acceptsSupersets: true });
  if (log.kind !== 'log') throw new Error('no log query');
  expect(log.stages.map(printStage)).toContain('| distinct a,b');
  const pipeline = compilePipeline(log.stages);
  const lines = [
    'a=1 b=1 c=1',
    'a=1 b=1 c=1',
    'a=1 b=2 c=2',
    'a=1 b=2 c=1',
    'a=1 c=1',
    'a=2 b=2 c=1',
  ];
  const passed = lines.filter((line) =>
    pipeline({ line, timeNano: 0n, labels: new EntryLabels(new Map(), new Map()) }),
  );
  // The third line is the first of its values, and a later filter refuses it.
  expect(passed).toEqual(['a=1 b=1 c=1', 'a=2 b=2 c=1']);
});

it('is no part of Loki’s language, and a label may be called so', () => {
  expect(() => parse(query)).toThrow('syntax error: unexpected IDENTIFIER');
  const log = parse('{s="x"} | distinct="y"', { acceptsSupersets: true });
  expect(log.kind === 'log' && log.stages[0]?.kind).toBe('label-filter');
});
