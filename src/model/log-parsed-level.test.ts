import { describe, expect, it } from 'vitest';
import { levelState, ParsedLevelFinder } from './log-parsed-level.ts';

const encoder = new TextEncoder();

function parsedLevelOf(line: string): string {
  const finder = new ParsedLevelFinder();
  const bytes = encoder.encode(`xx${line}"`);
  finder.find(bytes, 2, bytes.length - 1);
  const text = new TextDecoder().decode(bytes.subarray(finder.from, finder.to));
  return finder.state === levelState.unknown ? '' : String.fromCharCode(finder.state) + text;
}

describe('ParsedLevelFinder', () => {
  const is = (expected: string, line: string) =>
    it(`${line} → ${expected}`, () => expect(parsedLevelOf(line)).toBe(expected));
  is('jinfo', '{"ts":"a \\" b","n":-1.5e3,"t":true,"x":null,"level":"info","m":{');
  is('j30', ' { "level" : 30 }');
  is('j', '{"level":""}');
  is('jx', '{"level":null,"level":"x"}');
  is('', '{"level":null}');
  is('', '{"level":30');
  is('', '{"a":{},"level":"x"}');
  is('', '{"level":"a\\nb"}');
  is('', '{"level":"é"}');
  is('', '{"level ":"x"}');
  is('', `{"level":"${'x'.repeat(33)}"}`);
  is('n', '{"a":{"b":1');
  is('', '{"\\u006cevel":"x"}');
  is('linfo', 'ts=1 word level=info msg="a b"');
  is('la b', 'msg="level=x" level="a b"');
  is('lx', 'level= level=x');
  is('t', 'a"b level=x');
  is('t', 'level');
  is('n', 'GET / "x" 200');
  is('n', '');
});
