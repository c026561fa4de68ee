import { describe, expect, it } from 'vitest';
import { checkAlertText, expandAlertText, expandTemplate, queriesMax } from './expand.ts';

const context = {
  timeMs: 1_700_000_000_000,
  externalUrl: 'https://here.example/base',
  query: async (expr: string) => {
    if (expr === 'bad') throw new Error('no such thing');
    return [
      { labels: { __name__: 'm', i: 'b' }, value: 2 },
      { labels: { __name__: 'm', i: 'a' }, value: 1 },
    ];
  },
};

const expand = (text: string): Promise<string> => expandTemplate(text, 't', undefined, context);

describe('functions of templates', () => {
  const ok = (text: string, made: string) =>
    it(`${text} → ${made}`, async () => expect(await expand(text)).toBe(made));
  ok(
    '{{ humanize 0 }} {{ humanize 1500 }} {{ humanize -0.0015 }} {{ humanize 1e30 }}',
    '0 1.5k -1.5m 1e+06Y',
  );
  ok('{{ humanize1024 1024 }} {{ humanize1024 1 }} {{ humanize1024 5e9 }}', '1ki 1 4.657Gi');
  ok(
    '{{ humanizeDuration 90061 }} {{ humanizeDuration 61 }} {{ humanizeDuration 0.002 }} {{ humanizeDuration -3 }}',
    '1d 1h 1m 1s 1m 1s 2ms -3s',
  );
  ok(
    '{{ humanizePercentage 0.123456 }} {{ humanizeTimestamp 1700000000.5 }}',
    '12.35% 2023-11-14 22:13:20.5 +0000 UTC',
  );
  ok('{{ humanize "12345" }} {{ "nan" | humanize }} {{ "-inf" | humanize }}', '12.35k NaN -Inf');
  ok('{{ title "ab cd-ef" }} {{ toUpper "é" }} {{ toLower "Ü" }}', 'Ab Cd-Ef É ü');
  ok('{{ match "^a.c$" "abc" }} {{ reReplaceAll "(?P<x>b+)" "<$x$1>" "abbc" }}', 'true a<bbbb>c');
  ok(
    '{{ stripPort "h:1" }} {{ stripPort "[::1]:1" }} {{ stripDomain "a.b:1" }} {{ stripDomain "10.0.0.1" }}',
    'h ::1 a:1 10.0.0.1',
  );
  ok(
    '{{ urlQueryEscape "a b&c" }} {{ graphLink "up{a=\\"b\\"}" }}',
    'a+b%26c /graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.tab=0',
  );
  ok('{{ externalURL }} {{ pathPrefix }} {{ now }}', 'https://here.example/base /base 1.7e+09');
  ok(
    '{{ (toTime now).Format "15:04" }} {{ (toDuration 90.5).String }} {{ parseDuration "1h30m" }}',
    '22:13 1m30.5s 5400',
  );
  ok('{{ range query "m" | sortByLabel "i" }}{{ .Labels.i }}={{ .Value }} {{ end }}', 'a=1 b=2 ');
  ok('{{ with query "m" }}{{ . | first | label "i" }}{{ len . }}{{ end }}', 'b2');
  ok('{{ with args 1 "x" }}{{ .arg0 }}{{ .arg1 }}{{ end }}', '1x');
});

describe('what is wrong', () => {
  const bad = (text: string, message: RegExp) =>
    it(text, () => expect(expand(text)).rejects.toThrow(message));
  bad(
    '{{ humanize "x" }}',
    /error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax/,
  );
  bad('{{ humanize "-nan" }}', /invalid syntax/);
  bad('{{ humanize . }}', /can't convert <nil> to float/);
  bad('{{ humanizeTimestamp 1e20 }}', /cannot be represented as a nanoseconds timestamp/);
  bad('{{ toDuration 1e20 }}', /are no duration/);
  bad('{{ parseDuration "x" }}', /not a valid duration string: "x"/);
  bad('{{ match "(" "a" }}', /error calling match: error parsing regexp/);
  bad('{{ query "bad" }}', /error calling query: no such thing/);
  bad('{{ tmpl "x" . }}', /function "tmpl" not defined/);
  bad('{{ first 1 }}', /can't handle 1 for arg of type template.queryResult/);
  bad(
    '{{ reReplaceAll "" (printf "%5000d" 1) (printf "%5000d" 1) }}',
    /makes more than 1048576 characters/,
  );
  bad(
    `{{ range 200 }}{{ query (print .) }}{{ end }}`,
    new RegExp(`more than ${queriesMax} queries`),
  );
});

describe('texts of alerts', () => {
  const input = { labels: { job: 'web' }, externalLabels: { site: 'x' }, value: 1.5 };
  const text = (template: string): Promise<string> =>
    expandAlertText(template, 'A', input, context);
  it('know their labels, the value and where they are', async () => {
    expect(
      await text(
        '{{ $labels.job }} {{ $labels.none }}{{ $value }} {{ $externalLabels.site }} {{ $externalURL }} {{ .Labels.job }}',
      ),
    ).toBe('web 1.5 x https://here.example/base web');
  });
  it('say what failed instead of failing', async () => {
    expect(await text('{{ $labels.job | humanize }}')).toMatch(
      /^<error expanding template: error executing template __alert_A: template: __alert_A:1:\d+: executing "__alert_A" at <humanize>: error calling humanize: /,
    );
  });
  it('are checked before they are used', () => {
    expect(() => checkAlertText('plain }}', 'A')).not.toThrow();
    expect(() => checkAlertText('{{ $labels.job', 'A')).toThrow(
      expect.objectContaining({
        code: 'template_parse',
        message: 'template: __alert_A:1: unclosed action',
      }),
    );
  });
});
