import { describe, expect, it } from 'vitest';
import { type Entry, EntryLabels } from '../stage/entry.ts';
import { compileTemplate } from './compile.ts';
import { fieldsOf } from './fields.ts';
import { templateFunctions } from './index.ts';

const span = { from: 0, to: 1 };

const entryOf = (labels: Record<string, string> = {}, line = 'a line'): Entry => ({
  line,
  timeNano: 1_700_000_000_123_456_789n,
  labels: new EntryLabels(new Map(Object.entries(labels)), new Map()),
});

const called = new Set<string>();

/** What a template makes of a line; the error in its place. */
function render(template: string, labels?: Record<string, string>, line?: string): string {
  for (const [word] of template.matchAll(/[A-Za-z_]\w*/g)) called.add(word);
  const entry = entryOf(labels, line);
  const text = compileTemplate(template, { name: 'line', span, context: '' }).render(entry);
  return (
    text ?? `${entry.labels.error}: ${entry.labels.errorDetails.replace(/^.*error calling /, '')}`
  );
}

const ok = (template: string, wanted: string, labels?: Record<string, string>, line?: string) =>
  it(`${template} → ${wanted}`, () => expect(render(template, labels, line)).toBe(wanted));

describe('labels and lines', () => {
  ok('{{.a}}-{{ .b }}-{{.c}}', '1--', { a: '1' });
  ok('{{__line__}} at {{__timestamp__}}', 'a line at 2023-11-14 22:13:20.123456789 +0000 UTC');
  ok('{{ range $name, $value := . }}{{$name}}={{$value}} {{end}}', 'a=1 b=2 ', { b: '2', a: '1' });
  ok(
    '{{ if .a }}yes{{ else }}no{{ end }}{{ .a.b }}',
    'TemplateFormatErr: template: line:1:40: executing "line" at <.a.b>: can\'t evaluate field b in type string',
    { a: '1' },
  );
});

describe('texts', () => {
  ok('{{ lower "ÄB" }} {{ upper "äß" }} {{ ToLower "İX" }} {{ ToUpper "x" }}', 'äb Äß ix X');
  ok('{{ title "ab cd-ef über" }}', 'Ab Cd-Ef Über');
  ok('{{ trunc 2 "äöü" }} {{ trunc -1 "äöü" }} {{ trunc 9 "a" }} {{ trunc -9 "a" }}', 'äö ü a a');
  ok('{{ substr 1 3 "abcd" }} {{ substr -1 2 "abcd" }} {{ substr 2 -1 "abcd" }}', 'bc ab cd');
  ok('{{ substr 9 12 "ab" }}|{{ substr 2 1 "abcd" }}|{{ substr -1 -1 "ab" }}', '||');
  ok('[{{ trim "\\t a \\u00a0" }}] [{{ TrimSpace " b\\n" }}]', '[a] [b]');
  ok('{{ trimAll "$€" "€5$" }} {{ Trim "xxaxx" "x" }}', '5 a');
  ok('{{ TrimLeft "xxaxx" "x" }} {{ TrimRight "xxaxx" "x" }}', 'axx xxa');
  ok(
    '{{ trimPrefix "ab" "abab" }} {{ TrimPrefix "abab" "ab" }} {{ trimPrefix "b" "a" }}',
    'ab ab a',
  );
  ok(
    '{{ trimSuffix "ab" "abab" }} {{ TrimSuffix "abab" "ab" }} {{ trimSuffix "" "a" }}',
    'ab ab a',
  );
  ok(
    '{{ replace "a" "b" "aXa" }} {{ Replace "aaa" "a" "b" 2 }} {{ Replace "aa" "a" "b" 0 }}',
    'bXb bba aa',
  );
  ok('{{ Replace "äb" "" "-" -1 }} {{ Replace "äb" "" "-" 1 }}', '-ä-b- -äb');
  ok('{{ repeat 3 "ab" }} {{ indent 2 "a\\nb" }}{{ nindent 1 "c" }}', 'ababab   a\n  b\n c');
  ok('{{ repeat -1 "a" }}', 'TemplateFormatErr: repeat: strings: negative Repeat count');
  ok(
    '{{ alignLeft 3 "a" }}|{{ alignRight 3 "a" }}|{{ alignLeft 1 "äö" }}|{{ alignRight 1 "äö" }}',
    'a  |  a|ä|ö',
  );
  ok(
    '{{ alignLeft -1 "ab" }} {{ contains "b" "abc" }} {{ hasPrefix "b" "abc" }} {{ hasSuffix "c" "abc" }}',
    'ab true false true',
  );
  ok(
    '{{ repeat 2000000 "a" }}',
    'TemplateFormatErr: template: line: makes more than 1048576 characters',
  );
});

describe('regular expressions', () => {
  ok('{{ regexReplaceAll "(?P<x>b+)(c)" "abbc bc" "<$x$2$1$9>" }}', 'a<bbcbb> <bcb>');
  ok('{{ regexReplaceAll "x*" "axb" "-" }}', '-a-b-');
  ok(
    '{{ regexReplaceAll "b" "abc" "$$" }} {{ regexReplaceAllLiteral "b" "abc" "$1" }}',
    'a$c a$1c',
  );
  ok('{{ count "a|bb" "abba" }} {{ count "" "äb" }} {{ count "z" "a" }}', '3 3 0');
  ok(
    '{{ count "(" "a" }}',
    'TemplateFormatErr: count: error parsing regexp: missing closing ): `(`',
  );
});

describe('arithmetic', () => {
  ok('{{ add 1 "2" 3.9 true }} {{ add }} {{ sub 5 "x" }} {{ mul 2 3 4 }}', '7 0 5 24');
  ok('{{ div -7 2 }} {{ mod -7 2 }} {{ max 1 "9" 3 }} {{ min 1 "-9" 3 }}', '-3 -1 9 -9');
  ok('{{ div 1 0 }}', 'TemplateFormatErr: div: runtime error: integer divide by zero');
  ok('{{ mod 1 0 }}', 'TemplateFormatErr: mod: runtime error: integer divide by zero');
  ok('{{ add 9223372036854775807 1 }}', '-9223372036854775808');
  ok(
    '{{ addf 0.1 0.2 }} {{ subf 1 0.9 }} {{ mulf 1.1 1.1 }} {{ divf 1 3 }}',
    '0.3 0.1 1.21 0.3333333333333333',
  );
  ok('{{ divf -2 3 }} {{ addf 1e300 1 }} {{ mulf 1e-7 2 }}', '-0.6666666666666667 1e+300 2e-07');
  ok('{{ divf 1 0 }}', 'TemplateFormatErr: divf: decimal division by 0');
  ok('{{ addf "Inf" 1 }}', 'TemplateFormatErr: addf: Cannot create a Decimal from +Inf');
  ok('{{ maxf 1 "2.5" }} {{ minf 1 "0.5" }} {{ ceil 1.1 }} {{ floor -1.1 }}', '2.5 0.5 2 -2');
  ok(
    '{{ round 2.345 2 }} {{ round -1.5 0 }} {{ round 1.25 1 0.6 }} {{ round 123.4 -1 }}',
    '2.35 -2 1.2 120',
  );
  ok(
    '{{ int "0x1f" }} {{ int "017" }} {{ int "1.9" }} {{ int "1_000" }} {{ int "z" }} {{ int "" }}',
    '31 15 1 1000 0 0',
  );
  ok(
    '{{ int -2.9 }} {{ int "99999999999999999999" }} {{ float64 "1e3" }} {{ float64 "1e999" }}',
    '-2 0 1000 0',
  );
  ok(
    '{{ printf "%05d %T %x %s" (add 41 1) (add 1) (int "255") (add 1) }}',
    '00042 int64 ff %!s(int64=1)',
  );
  ok(
    '{{ trunc (add 1 1) "abc" }}',
    'TemplateFormatErr: template: line:1:16: executing "line" at <1>: wrong type for value; expected int; got int64',
  );
  ok(
    '{{ eq (add 1 1) 2 }} {{ lt (int "1") 2 }} {{ range add 2 }}x{{ end }}{{ index "ab" (add 1) }}',
    'true true xx98',
  );
});

describe('times', () => {
  ok('{{ __timestamp__ | date "2006-01-02T15:04:05.000Z07:00" }}', '2023-11-14T22:13:20.123Z');
  ok(
    '{{ date "2006" 0 }} {{ date "2006" (int "86400") }} {{ eq (now | date "2006") (date "2006" "x") }}',
    '1970 1970 true',
  );
  ok(
    '{{ toDate "2006-01-02" "2021-11-02" | unixEpoch }} {{ (toDate "2006" "x").Year }}',
    '1635811200 1',
  );
  ok(
    '{{ "2024-07-01 12:00" | toDateInZone "2006-01-02 15:04" "Europe/Berlin" | unixEpochMillis }}',
    '1719828000000',
  );
  ok('{{ "12:00" | toDateInZone "15:04" "No/Where" }}', '0000-01-01 12:00:00 +0000 UTC');
  ok(
    '{{ unixEpochNanos __timestamp__ }} {{ (__timestamp__).Unix }}',
    '1700000000123456789 1700000000',
  );
  ok(
    '{{ unixToTime "1700000000" | unixEpoch }} {{ unixToTime "19676" | date "2006-01-02" }}',
    '1700000000 2023-11-15',
  );
  ok(
    '{{ unixToTime "1700000000123" | unixEpochNanos }} {{ unixToTime "1700000000123456" | unixEpochNanos }}',
    '1700000000123000000 1700000000123456000',
  );
  ok(
    '{{ unixToTime "12" }}',
    "TemplateFormatErr: unixToTime: unable to parse time '12': %!w(<nil>)",
  );
  ok(
    '{{ unixToTime "9999999999999999999" }}',
    'TemplateFormatErr: unixToTime: unable to parse time \'9999999999999999999\': strconv.ParseInt: parsing "9999999999999999999": value out of range',
  );
  ok(
    '{{ unixToTime "1x" }}',
    'TemplateFormatErr: unixToTime: unable to parse time \'1x\': strconv.ParseInt: parsing "1x": invalid syntax',
  );
  ok(
    '{{ unixEpoch "x" }}',
    'TemplateFormatErr: template: line:1:13: executing "line" at <"x">: can\'t handle "x" for arg of type time.Time',
  );
});

describe('encodings', () => {
  ok(
    '{{ b64enc "ä?" }} {{ b64dec "w6Q/" }} {{ b64dec "Zm9v" }} {{ b64dec "Zm9vYg" }}',
    'w6Q/ ä? foo foob',
  );
  ok('{{ b64dec "a!" }}', 'illegal base64 data at input byte 1');
  ok('{{ urlencode "a b&ä~" }} {{ urldecode "a+b%26%C3%A4" }}', 'a+b%26%C3%A4~ a b&ä');
  ok('{{ urldecode "%zz" }}', 'TemplateFormatErr: urldecode: invalid URL escape "%zz"');
  ok(
    '{{ with fromJson __line__ }}{{ .a.b }} {{ index .c 1 }} {{ .n }} {{ .t }}{{ end }}',
    '1 y 2.5 true',
    {},
    '{"a":{"b":1},"c":["x","y"],"n":2.5,"t":true}',
  );
  ok(
    '{{ fromJson "{bad" }} {{ (fromJson "{}").a }} {{ len (fromJson "[1,2]") }}',
    '<no value> <no value> 2',
  );
  ok(
    '{{ index (fromJson "[]") 0 }}',
    'TemplateFormatErr: index: reflect: slice index out of range',
  );
});

describe('units', () => {
  ok(
    '{{ bytes "3 kB" }} {{ bytes "2KiB" }} {{ bytes "1,024" }} {{ bytes "1.5mb" }}',
    '3000 2048 1024 1.5e+06',
  );
  ok('{{ bytes "2qb" }}', 'TemplateFormatErr: bytes: unhandled size name: qb');
  ok('{{ bytes "" }}', 'TemplateFormatErr: bytes: strconv.ParseFloat: parsing "": invalid syntax');
  ok(
    '{{ duration "1h1m1.5s" }} {{ duration_seconds "-3ms" }} {{ duration "0" }}',
    '3661.5 -0.003 0',
  );
  ok('{{ duration "5" }}', 'TemplateFormatErr: duration: time: missing unit in duration "5"');
  ok('{{ duration "5q" }}', 'TemplateFormatErr: duration: time: unknown unit "q" in duration "5q"');
  ok('{{ .a | default "-" }} {{ .b | default "-" }} {{ default 1 0 }} {{ default 1 }}', '1 - 1 1', {
    a: '1',
  });
});

describe('what would be too much', () => {
  const tooMany = 'TemplateFormatErr: template: line: makes more than 1048576 characters';
  const long = 'x'.repeat(100_000);
  ok('{{ replace "" __line__ __line__ }}', tooMany, {}, long);
  ok('{{ Replace __line__ "x" __line__ -1 }}', tooMany, {}, long);
  ok('{{ regexReplaceAll "" __line__ __line__ }}', tooMany, {}, long);
  ok('{{ regexReplaceAllLiteral "x" __line__ __line__ }}', tooMany, {}, long);
  ok('{{ repeat 1000000000 "x" }}', tooMany);
  ok('{{ indent 1000000000 "x" }}', tooMany);
  ok('{{ alignRight 1000000000 "x" }}', tooMany);
  ok('{{ range 200 }}{{ printf "%9999d" 1 }}{{ end }}', tooMany);
  ok(
    '{{ range 1000000000 }}{{ end }}',
    'TemplateFormatErr: template: line: takes more than 100000 steps',
  );
});

describe('names that objects of JavaScript have', () => {
  ok(
    '{{ duration "5constructor" }}',
    'TemplateFormatErr: duration: time: unknown unit "constructor" in duration "5constructor"',
  );
  ok('{{ regexReplaceAll "(.)" "a" "<$constructor$1>" }}', '<a>');
  ok(
    '{{ __timestamp__.constructor }}',
    'TemplateFormatErr: template: line:1:3: executing "line" at <__timestamp__>: can\'t evaluate field constructor in type time.Time',
  );
  ok('{{ (fromJson __line__).toString }}', '<no value>', {}, '{}');
});

describe('what is refused', () => {
  const refused = (template: string, message: string) =>
    it(template, () =>
      expect(() => compileTemplate(template, { name: 'label', span, context: 'x: ' })).toThrow(
        `parse error : x: template: label:1: ${message}`,
      ),
    );
  refused('{{ .a ', 'unclosed action');
  refused('{{ nope .a }}', 'function "nope" not defined');
  refused('{{ if .a }}', 'unexpected EOF');
  refused('{{ $x }}', 'undefined variable "$x"');
});

describe('every function', () => {
  it('has words, an example that parses, and a case here', () => {
    for (const { name, doc, example } of templateFunctions) {
      expect(doc).toMatch(/\.$/);
      expect(() => compileTemplate(example, { name: 'line', span, context: '' })).not.toThrow();
      expect(called, name).toContain(name);
    }
  });
});

it('knows the labels that a template names', () => {
  expect(
    fieldsOf('{{ if .a }}{{ .b | lower }}{{ else }}{{ (index .c 1).d }}{{ end }}{{ .a }}'),
  ).toEqual(['a', 'b', 'c']);
});
