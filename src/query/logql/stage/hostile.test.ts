// Lines that somebody made to hurt: each is answered, at once, and no other line pays for it.
import { describe, expect, it } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { EntryLabels } from './entry.ts';
import { compilePipeline } from './index.ts';

function run(query: string, line: string): Readonly<Record<string, string>> {
  const expr = parse(`{s="x"} ${query}`);
  if (expr.kind !== 'log') throw new Error('no query of lines');
  const labels = new EntryLabels(new Map(), new Map());
  compilePipeline(expr.stages)({ line, timeNano: 0n, labels });
  return labels.all();
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('json', () => {
  it('reads objects up to 500 deep', () => {
    expect(run('| json', nested(500))).toEqual({ [Array(500).fill('a').join('_')]: '1' });
  });
  it('marks a line that nests deeper, and keeps what came before', () => {
    expect(run('| json', `{"b":"2","c":${nested(20_000)}}`)).toEqual({
      __error__: 'JSONParserErr',
      __error_details__: 'more than 500 objects inside of each other',
      b: '2',
    });
  });
  it('takes a value as it is, however deep it nests', () => {
    expect(run('| json b="a.a" | label_format b="{{ len .b }}"', nested(20_000))).toEqual({
      b: String(6 * 19_998 + 1),
    });
  });
  it('refuses a path of more than 500 steps', () => {
    expect(() => run(`| json b="a${'[0]'.repeat(500)}"`, '{}')).toThrow('more than 500 steps');
  });
});

it('fromJson reads no more than 500 deep', () => {
  expect(
    run('| line_format "{{ fromJson __line__ }}"', '['.repeat(5000) + ']'.repeat(5000)),
  ).toEqual({
    __error__: 'TemplateFormatErr',
    __error_details__:
      'template: line:1:3: executing "line" at <fromJson __line__>: error calling fromJson: more than 500 levels',
  });
});

it('logfmt looks for the place of a fault only where it is told', () => {
  expect(run('| logfmt', '= '.repeat(1_000_000))).toEqual({});
});

describe('names that objects of JavaScript have', () => {
  const wanted: [string, string][] = [
    ['__proto__', '1'],
    ['constructor', '2'],
    ['hasOwnProperty', '3'],
    ['toString', '4'],
  ];
  it('are labels like others', () => {
    const json = `{${wanted.map(([name, value]) => `"${name}":"${value}"`).join(',')}}`;
    const logfmt = wanted.map(([name, value]) => `${name}=${value}`).join(' ');
    expect(Object.entries(run('| json', json))).toEqual(wanted);
    expect(Object.entries(run('| logfmt', logfmt))).toEqual(wanted);
    expect(run('| label_format a="{{ .constructor }}{{ .toString }}"', '')).toEqual({ a: '' });
  });
  it('are no units', () => {
    expect(run('| logfmt | d > 5s', 'd=5constructor')).toEqual({
      __error__: 'LabelFilterErr',
      __error_details__: 'time: unknown unit "constructor" in duration "5constructor"',
      d: '5constructor',
    });
  });
});
