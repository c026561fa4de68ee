import { describe, expect, it } from 'vitest';
import { parseTemplate } from './template.ts';
import { GoList, GoMap, type GoValue, goFunction } from './value.ts';

const functions = {
  upper: goFunction(['string'], ([text]) => (text as string).toUpperCase()),
  half: goFunction(['float64'], ([value]) => (value as number) / 2),
  twice: goFunction(['int'], ([value]) => (value as bigint) * 2n),
  broken: goFunction([], () => {
    throw new Error('it broke');
  }),
};

const data = new GoMap(
  new Map<string, GoValue>([
    ['name', 'web'],
    ['count', 3n],
    ['ratio', 0.5],
    ['empty', ''],
    ['list', new GoList(['a', 'b', 'c'])],
    ['map', GoMap.ofStrings({ z: '26', a: '1' })],
  ]),
);

const expand = (text: string, options = {}): string =>
  parseTemplate(text, { name: 't', functions }).execute(data, options);

describe('templates', () => {
  const ok = (text: string, made: string) => it(text, () => expect(expand(text)).toBe(made));
  ok('plain', 'plain');
  ok('{{.name}} {{ .count }} {{.ratio}}', 'web 3 0.5');
  ok('a {{- " b " -}} c', 'a b c');
  ok('a\n{{- /* a remark */ -}}\nb', 'ab');
  ok('{{/* a remark */}}b', 'b');
  ok('{{"a\\tb\\x41\\u00e9\\101"}}', 'a\tbAéA');
  ok('{{`raw \\n`}}', 'raw \\n');
  ok(
    "{{'a'}} {{0x10}} {{1_000}} {{0b101}} {{0o17}} {{017}} {{1e3}} {{0x1p4}}",
    '97 16 1000 5 15 15 1000 16',
  );
  ok('{{if .empty}}x{{else if eq .count 3}}y{{else}}z{{end}}', 'y');
  ok('{{with .empty}}x{{else with .name}}{{.}}{{end}}', 'web');
  ok('{{with $x := .name}}{{$x}}{{end}}', 'web');
  ok('{{range .list}}{{.}},{{end}}', 'a,b,c,');
  ok('{{range $i, $e := .list}}{{$i}}={{$e}} {{end}}', '0=a 1=b 2=c ');
  ok('{{range $k, $v := .map}}{{$k}}={{$v}} {{end}}', 'a=1 z=26 ');
  ok('{{range 3}}{{.}}{{end}}', '012');
  ok('{{range .none}}x{{else}}nothing{{end}}', 'nothing');
  ok('{{range .list}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', 'ac');
  ok('{{range .list}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a');
  ok('{{$x := 1}}{{range .list}}{{$x = .}}{{end}}{{$x}}', 'c');
  ok('{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21');
  ok('{{define "a"}}<{{.}}>{{end}}{{template "a" .name}}', '<web>');
  ok('{{block "a" .count}}({{.}}){{end}}', '(3)');
  ok('{{.name | upper | printf "%s-%d" "x" | len}}', '17');
  ok('{{half 3}} {{twice 4}} {{(half 3) | printf "%.1f"}}', '1.5 8 1.5');
  ok('{{.missing}} {{.missing.deeper}}', '<no value> <no value>');
  ok('{{.map.q}}', '<no value>');
  ok('{{index .list 1}} {{index .map "z"}} {{slice .name 1 3}} {{slice "abc" 1}}', 'b 26 eb bc');
  ok('{{len .list}} {{len .map}} {{len "é"}}', '3 2 2');
  ok('{{and .name .empty "x"}}|{{or .empty .name}}|{{not .empty}}', '|web|true');
  ok('{{or true broken}}', 'true');
  ok(
    '{{eq .name "a" "web"}} {{ne 1 2}} {{lt 1.5 2.5}} {{ge "b" "a"}} {{le 2 2}} {{gt 1 2}}',
    'true true true true true false',
  );
  ok('{{print 1 2 "x" 3}}|{{println "a" 1}}', '1 2x3|a 1\n');
  ok(
    '{{html "<a href=\'x\'>"}} {{urlquery "a b&c"}} {{js "a\'b"}}',
    '&lt;a href=&#39;x&#39;&gt; a+b%26c a\\&#39;b'.replace('\\&#39;', "\\'"),
  );
  ok('{{.list}} {{.map}}', '[a b c] map[a:1 z:26]');
  it('takes a missing key for zero when told to', () => {
    expect(expand('{{.map.q}}|', { missingKey: 'zero' })).toBe('|');
  });
});

describe('errors', () => {
  const bad = (text: string, message: string, options = {}) =>
    it(text, () =>
      expect(() => expand(text, options)).toThrow(expect.objectContaining({ message })),
    );
  bad('{{', 'template: t:1: unclosed action');
  bad('a\n{{if}}', 'template: t:2: missing value for if');
  bad('{{.name', 'template: t:1: unclosed action');
  bad('{{nosuch 1}}', 'template: t:1: function "nosuch" not defined');
  bad('{{$x}}', 'template: t:1: undefined variable "$x"');
  bad('{{if .name}}', 'template: t:1: unexpected EOF');
  bad('{{end}}', 'template: t:1: unexpected {{end}}');
  bad('{{break}}', 'template: t:1: {{break}} outside {{range}}');
  bad('{{(1}}', 'template: t:1: unclosed left paren');
  bad('{{1 | 2}}', 'template: t:1: non executable command in pipeline stage 2');
  bad('{{"a}}', 'template: t:1: unterminated quoted string');
  bad('{{/* a }}', 'template: t:1: unclosed comment');
  bad(
    '{{template "x"}}',
    'template: t:1:11: executing "t" at <{{template "x"}}>: template "x" not defined',
  );
  bad('{{broken}}', 'template: t:1:2: executing "t" at <broken>: error calling broken: it broke');
  bad('\n  {{upper 1}}', 'template: t:2:10: executing "t" at <1>: expected string; found 1');
  bad(
    '{{upper .count}}',
    'template: t:1:8: executing "t" at <.count>: wrong type for value; expected string; got int',
  );
  bad(
    '{{upper}}',
    'template: t:1:2: executing "t" at <upper>: wrong number of args for upper: want 1 got 0',
  );
  bad(
    '{{.name.x}}',
    'template: t:1:7: executing "t" at <.name.x>: can\'t evaluate field x in type string',
  );
  bad(
    '{{range .name}}{{end}}',
    'template: t:1:8: executing "t" at <.name>: range can\'t iterate over web',
  );
  bad(
    '{{eq 1 1.0}}',
    'template: t:1:2: executing "t" at <eq 1 1.0>: error calling eq: incompatible types for comparison',
  );
  bad(
    '{{index .list 7}}',
    'template: t:1:2: executing "t" at <index .list 7>: error calling index: index out of range: 7',
  );
  bad('{{.map.q}}', 'template: t:1:6: executing "t" at <.map.q>: map has no entry for key "q"', {
    missingKey: 'error',
  });
});

describe('limits', () => {
  const limited = (text: string, options = {}) =>
    it(text, () =>
      expect(() => expand(text, options)).toThrow(
        expect.objectContaining({ code: 'template_limit' }),
      ),
    );
  limited('{{range 10000000}}{{end}}');
  limited('{{range 100000}}0123456789abcdef{{end}}');
  limited('{{$x := "ab"}}{{range 60}}{{$x = print $x $x}}{{end}}');
  limited('{{range 100}}{{$x := printf "%900000d" 1}}{{end}}');
  it('ends recursion', () => {
    const text = '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}';
    expect(() => expand(text)).toThrow('exceeded maximum template depth');
  });
  it('ends nesting', () => {
    expect(() => expand('{{if 1}}'.repeat(5000))).toThrow('actions inside of each other');
    expect(() => expand(`{{${'('.repeat(5000)}`)).toThrow('parentheses');
    expect(() => expand(`{{if 1}}${'{{else if 1}}'.repeat(5000)}{{end}}`)).toThrow('more than');
  });
});
