// What each stage does, and what it refuses. Promtail's own cases: src/compose/log-stage-cases.test.ts.
import { describe, expect, it } from 'vitest';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import { place, runLine, startStages } from '../../../test/lib/stages.ts';
import { stages as definitions } from './index.ts';

const json: StageConfig = {
  kind: 'json',
  place,
  expressions: [
    ['level', ''],
    ['user', 'who.name'],
    ['took', ''],
    ['ok', ''],
    ['none', ''],
    ['tags', ''],
  ],
  source: undefined,
  dropsMalformed: false,
};
const line = '{"level":"warn","who":{"name":"ann"},"took":1e21,"ok":true,"tags":["a"]}';

const labels = (...names: string[]): StageConfig => ({
  kind: 'labels',
  place,
  labels: names.map((name) => [name, '']),
});
const labelsOf = async (stages: StageConfig[], text: string) =>
  Object.fromEntries((await runLine(stages, text))?.labels ?? []);

describe('stages', () => {
  it('are all documented', () => {
    for (const [kind, { doc, example, kind: own }] of Object.entries(definitions)) {
      expect(own).toBe(kind);
      expect(doc).toMatch(/^[A-Z].*\.$/);
      expect(example).toContain(kind.replace(/^structured_metadata$/, 'structured'));
    }
  });

  it('json and labels: values of every kind', async () => {
    expect(
      await labelsOf([json, labels('level', 'user', 'took', 'ok', 'none', 'tags')], line),
    ).toEqual({
      level: 'warn',
      user: 'ann',
      took: '1000000000000000000000',
      ok: 'true',
      tags: '["a"]',
    });
  });

  it('json drops what is none only when it is told to', async () => {
    const strict = { ...json, dropsMalformed: true };
    expect(await runLine([json], 'no json')).toMatchObject({ line: 'no json' });
    const running = startStages([strict]);
    await running.write(['{"a":', '{}', '[1]']);
    expect(running.lines()).toEqual(['{}']);
    expect(running.released).toEqual(['{"a":', '[1]']);
    expect(running.text()).toContain('logentry_dropped_lines_total{reason="malformed_json"} 2');
  });

  it('counts what a stage could not do, and lets the line pass', async () => {
    const running = startStages([
      { ...json, expressions: [['x', 'sum(level)']] } as StageConfig,
      { kind: 'logfmt', place, mapping: [['a', '']], source: undefined },
    ]);
    await running.write(['{"level":"warn"}']);
    expect(running.lines()).toEqual(['{"level":"warn"}']);
    expect(running.text()).toContain('sightline_log_stage_failures_total{stage="json"} 1');
    expect(running.text()).toContain('sightline_log_stage_failures_total{stage="logfmt"} 1');
  });

  it('labels takes no broken text', async () => {
    expect(await labelsOf([json, labels('level')], '{"level":"a\ufffdb"}')).toEqual({});
  });

  it('logfmt: pairs up to where the line breaks', async () => {
    const stage: StageConfig = {
      kind: 'logfmt',
      place,
      mapping: [
        ['level', ''],
        ['text', 'msg'],
        ['late', ''],
      ],
      source: undefined,
    };
    expect(
      await labelsOf(
        [stage, labels('level', 'text', 'late')],
        'level=info bare msg="a \\"b\\"" x"y late=1',
      ),
    ).toEqual({ level: 'info', text: 'a "b"' });
  });

  it('regex and pattern: groups become labels where that is wished', async () => {
    const regex: StageConfig = {
      kind: 'regex',
      place,
      expression: '^(?P<method>\\w+) (?P<path>\\S+)(?P<rest>x)?',
      source: undefined,
      setsLabels: true,
    };
    expect(await labelsOf([regex], 'GET /a/b')).toEqual({ method: 'GET', path: '/a/b', rest: '' });
    const pattern: StageConfig = {
      kind: 'pattern',
      place,
      pattern: '<ip> - <_> "<path>"',
      source: undefined,
      setsLabels: true,
    };
    expect(await labelsOf([pattern], '1.2.3.4 - ann "/x"')).toEqual({ ip: '1.2.3.4', path: '/x' });
  });

  it('structured_metadata takes labels away, also by a pattern of names', async () => {
    const stage: StageConfig = {
      kind: 'structured_metadata',
      place,
      values: [['trace', 'trace_id']],
      regex: '^k8s_',
    };
    const entry = await runLine([stage], 'x', {
      labels: { app: 'a', trace_id: 't', k8s_pod: 'p' },
      metadata: [['k8s_pod', 'old']],
    });
    expect(Object.fromEntries(entry?.labels ?? [])).toEqual({ app: 'a' });
    expect(entry?.metadata).toEqual([
      ['k8s_pod', 'p'],
      ['trace', 't'],
    ]);
    const drop: StageConfig = { kind: 'structured_metadata_drop', place, names: ['trace'] };
    const input = { labels: { trace_id: 't' } };
    expect((await runLine([stage, drop], 'x', input))?.metadata).toEqual([]);
  });

  it('pack escapes as Go does', async () => {
    const stage: StageConfig = { kind: 'pack', place, labels: ['app'], usesIngestTime: true };
    const entry = await runLine([stage], '<a> & "b"', { labels: { app: 'x' } });
    expect(entry?.line).toBe('{"app":"x","_entry":"\\u003ca\\u003e \\u0026 \\"b\\""}');
    expect(entry?.timeNano).toBe(BigInt(Date.UTC(2024, 5, 1)) * 1_000_000n);
  });

  it('sampling keeps by chance', async () => {
    const stage: StageConfig = { kind: 'sampling', place, rate: 0.5, dropReason: '' };
    const running = startStages([stage], { random: [0.4, 0.5, 0] });
    await running.write(['a', 'b', 'c']);
    expect(running.lines()).toEqual(['a', 'c']);
    expect(running.released).toEqual(['b']);
  });

  it('drop: by age', async () => {
    const stage: StageConfig = {
      kind: 'drop',
      place,
      sources: [],
      separator: ';',
      expression: undefined,
      value: undefined,
      olderThanMs: 60_000,
      longerThanBytes: undefined,
      dropReason: 'old',
    };
    const nowNano = BigInt(Date.UTC(2024, 5, 1)) * 1_000_000n;
    const running = startStages([stage]);
    await running.write(['new'], { timeNano: nowNano - 60_000_000_000n });
    await running.write(['old'], { timeNano: nowNano - 60_000_000_001n });
    expect(running.lines()).toEqual(['new']);
  });

  it.each([
    ['4111111111111111', '', '****'],
    ['card 4111-1111 1111-1111, paid', '- ', 'card ****, paid'],
    ['card 4111-1111 1111-1111 ', '- ', 'card **** '],
    ['4111111111111112', '', '4111111111111112'],
    ['18', '', '18'],
  ])('luhn: %s with delimiters "%s"', async (text, delimiters, expected) => {
    const stage: StageConfig = {
      kind: 'luhn',
      place,
      replacement: '****',
      source: undefined,
      lengthMin: 13,
      delimiters,
    };
    expect((await runLine([stage], text))?.line).toBe(expected);
  });

  it('truncate cuts whole characters, and says what it has cut', async () => {
    const stage: StageConfig = {
      kind: 'truncate',
      place,
      rules: [
        { sourceType: 'line', sources: [], limitBytes: 6, suffix: '…' },
        { sourceType: 'label', sources: ['app'], limitBytes: 3, suffix: '' },
        { sourceType: 'structured_metadata', sources: [], limitBytes: 2, suffix: '' },
      ],
    };
    const entry = await runLine([stage, labels('truncated')], 'aäöü', {
      labels: { app: 'abcdef', other: 'abcdef' },
      metadata: [['k', 'xyz']],
    });
    expect(entry?.line).toBe('aä…');
    expect(Object.fromEntries(entry?.labels ?? [])).toEqual({
      app: 'abc',
      other: 'abcdef',
      truncated: 'label,line,structured_metadata',
    });
    expect(entry?.metadata).toEqual([['k', 'xy']]);
  });

  it('match: its stages run on what matches, and see labels of now', async () => {
    const stages: StageConfig[] = [
      { kind: 'static_labels', place, labels: [['app', 'api']] },
      {
        kind: 'match',
        place,
        selector: '{app="api"} |= "error" != "fine"',
        action: 'keep',
        dropReason: '',
        pipelineName: undefined,
        stages: [{ kind: 'template', place, source: 'x', template: '{{ .app }}!' }, labels('x')],
      },
    ];
    const running = startStages(stages);
    await running.write(['an error', 'an error, fine']);
    expect(running.labels()).toEqual([{ app: 'api', x: 'api!' }, { app: 'api' }]);
  });

  it('template: functions of Promtail', async () => {
    const made = async (template: string) =>
      (await labelsOf([{ kind: 'template', place, source: 'x', template }, labels('x')], ' Ab '))[
        'x'
      ];
    expect(await made('{{ .Entry | TrimSpace | ToLower }}')).toBe('ab');
    expect(await made('{{ TrimLeft "xxay" "x" }}{{ TrimRight "xay" "y" }}')).toBe('ayxa');
    expect(await made('{{ TrimPrefix "abc" "a" }}{{ TrimSuffix "abc" "c" }}')).toBe('bcab');
    expect(await made('{{ Replace "aaa" "a" "b" 2 }}')).toBe('bba');
    expect(await made('{{ regexReplaceAll "(?P<n>a)" "aXa" "<${n}$2>" }}')).toBe('<a>X<a>');
    expect(await made('{{ regexReplaceAllLiteral "a" "aXa" "$1" }}')).toBe('$1X$1');
    expect(await made('{{ default "d" "" }}')).toBe('d');
    expect(await made('{{ Sha2Hash "a" "b" }}')).toBe(await made('{{ sha256sum "ab" }}'));
  });

  it.each([
    ['nospace " a b "', 'ab'],
    ['snakecase "fooBar baz"', 'foo_bar_baz'],
    ['kebabcase "FooBar"', 'foo-bar'],
    ['camelcase "foo-bar"', 'FooBar'],
    ['quote "a" 1', '"a" "1"'],
    ['squote "a"', "'a'"],
    ['cat "a" 1 true', 'a 1 true'],
    ['add (atoi "12") 1', '13'],
    ['toString 1.5', '1.5'],
    ['regexMatch "^a+$" "aaa"', 'true'],
    ['regexFind "b+" "abbc"', 'bb'],
    ['regexFind "x" "abbc"', undefined],
    ['empty ""', 'true'],
    ['coalesce "" 0 "x"', 'x'],
    ['ternary "yes" "no" (eq 1 2)', 'no'],
    ['splitList "," "a,b,c" | last', 'c'],
    ['splitList "," "a,b,c" | join "-"', 'a-b-c'],
    ['list 1 2 | first', '1'],
    ['has "b" (splitList "," "a,b")', 'true'],
    ['hasKey (fromJson "{\\"a\\":1}") "a"', 'true'],
    ['first "no list"', undefined],
  ])('template: {{ %s }}', async (action, expected) => {
    const stage: StageConfig = {
      kind: 'template',
      place,
      source: 'x',
      template: `{{ ${action} }}`,
    };
    expect((await labelsOf([stage, labels('x')], ''))['x']).toBe(expected);
  });
});

const wrong: readonly [string, StageConfig, string][] = [
  ['json', { ...json, expressions: [['a', 'b[']] } as StageConfig, 'could not compile JMES'],
  ['template', { kind: 'template', place, source: 'a', template: '{{ nope }}' }, 'not valid'],
  ['labels', labels('no-label'), "'no-label' is no label name"],
  [
    'pattern',
    { kind: 'pattern', place, pattern: '<a><b>', source: undefined, setsLabels: false },
    'failed to parse pattern',
  ],
  [
    'truncate',
    {
      kind: 'truncate',
      place,
      rules: [{ sourceType: 'line', sources: [], limitBytes: 2, suffix: '...' }],
    },
    'suffix length',
  ],
  [
    'match',
    {
      kind: 'match',
      place,
      selector: '{a="b"} | json',
      action: 'drop',
      dropReason: '',
      pipelineName: undefined,
      stages: [],
    },
    'only line filters may follow',
  ],
  [
    'multiline',
    { kind: 'multiline', place, firstLine: '(', linesMax: 1, waitMsMax: 1, trimsNewlines: true },
    'error parsing regexp',
  ],
  ['sampling', { kind: 'sampling', place, rate: 2, dropReason: '' }, 'from 0 to 1'],
];

it.each(wrong)('%s that makes no sense is refused with its place', (_, stage, message) => {
  const nested: StageConfig = {
    kind: 'match',
    place: { ...place, line: 1 },
    selector: '{a="b"}',
    action: 'keep',
    dropReason: '',
    pipelineName: undefined,
    stages: [stage, { kind: 'output', place, source: '' }],
  };
  expect(() => startStages([nested])).toThrow(message);
  expect(() => startStages([nested])).toThrow(`test.yml:3:5: ${stage.kind}: `);
  expect(() => startStages([nested])).toThrow('output source value is required');
});
