import { expect, it } from 'vitest';
import { LogfmtFault, logfmtPairs } from './logfmt-scan.ts';

const read = (line: string): string[] =>
  [...logfmtPairs(line)].map((pair) =>
    pair instanceof LogfmtFault ? pair.message : `${pair.key}:${pair.value ?? '-'}`,
  );
const ok = (line: string, ...wanted: string[]) =>
  it(JSON.stringify(line), () =>
    expect(read(line)).toEqual(
      wanted.map((one) => one.replace(/^(\d+) /, 'logfmt syntax error at pos $1 : ')),
    ),
  );

ok('a=1 b="x y"  c d= e="" ', 'a:1', 'b:x y', 'c:-', 'd:', 'e:');
ok('a="1"b=2', 'a:1', 'b:2');
ok('a="\\"\\\\\\/\\\'\\n\\u00e9\\ud83d\\ude00"', 'a:"\\/\'\né😀');
ok('a="\\ud83dx"', 'a: x');
ok('a="\\x41" b=1', '9 invalid quoted value', 'b:1');
ok('é=1 a="\\u00" b="x', 'é:1', '14 invalid quoted value', '19 unterminated quoted value');
ok('a=b=c d', "4 unexpected '='", 'd:-');
ok('=a "b" c', "1 unexpected '='", "4 unexpected '\"'", 'c:-');
ok('\ufffd=1 a\ufffd"b" c', '4 invalid key', "11 unexpected '\"'", 'c:-');
