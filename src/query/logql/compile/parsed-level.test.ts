// What is found in the bytes of a line when it comes in must be what the stages find in its text later.
import { expect, it } from 'vitest';
import { levelState, ParsedLevelFinder } from '#model/log-parsed-level.ts';
import { EntryLabels } from '../stage/entry.ts';
import { noHints } from '../stage/hints.ts';
import { json } from '../stage/json.ts';
import { logfmt } from '../stage/logfmt.ts';
import { parse } from '../syntax/parser.ts';
import { type LevelParser, saysLevel } from './parsed-level.ts';

const finder = new ParsedLevelFinder();

function storedOf(line: string): string {
  const bytes = new TextEncoder().encode(line);
  finder.find(bytes, 0, bytes.length);
  if (finder.state === levelState.unknown) return '';
  const value = new TextDecoder().decode(bytes.subarray(finder.from, finder.to));
  return String.fromCharCode(finder.state) + value;
}

function stageOf(parser: LevelParser) {
  const expr = parse(`{a="b"} | ${parser}`);
  const stage = expr.kind === 'log' ? expr.stages[0] : undefined;
  if (stage?.kind === 'json') return json.evaluate(stage, noHints);
  if (stage?.kind === 'logfmt') return logfmt.evaluate(stage, noHints);
  throw new Error('no parser');
}

const pieces = [
  ...['"level"', '"level":"info"', '"level":30', 'level=', 'level=info', 'level="a b"', 'level'],
  ...['{', '}', '{', '[', ']', '"', '"', ':', ',', '=', ' ', '\t', '\n', '\\', '\\u006c', '\\"'],
  ...['"a":', '"a":1', '"b":"x"', 'true', 'null', 'nullx', '-1.5e3', '1,', 'msg="x y"', 'é', '\0'],
  ...[
    '"level":null,',
    '"level ":"x"',
    '" level":1',
    '"level":{"":"x"}',
    '"level":""',
    'a=b',
    '\u00a0',
  ],
];

it.each(['json', 'logfmt'] as const)('agrees with | %s, for any line', (parser) => {
  const run = stageOf(parser);
  let state = 99;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % bound;
  };
  let known = 0;
  for (let i = 0; i < 60_000; i++) {
    const middle = Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join('');
    const line = next(2) === 0 ? `{"t":"x",${middle}` : middle;
    const labels = new EntryLabels(new Map(), new Map());
    run({ line, timeNano: 0n, labels });
    const said = saysLevel(parser, storedOf(line));
    if (said === undefined) continue;
    known++;
    expect([line, said.value]).toEqual([line, labels.get('level')]);
  }
  expect(known).toBeGreaterThan(10_000);
});
