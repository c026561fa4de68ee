import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfigCommand } from './check-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function check(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await checkConfigCommand.run({
    args,
    env: {},
    stdin: Readable.from([]),
    stdout,
    stderr,
    signal: new AbortController().signal,
  });
  const text = String(stdout.read() ?? '').replaceAll(`${folder}/`, '');
  return { status, text, errors: String(stderr.read() ?? '') };
}

describe('check-config', () => {
  it('checks a configuration with all files that it names', async () => {
    write('good.rules.yml', 'groups: [{name: g, rules: [{record: a, expr: sum(b)}]}]\n');
    write('targets.json', '[{"targets": ["a:1"]}]');
    const file = write(
      'good.yml',
      `rule_files: ["*.rules.yml"]
scrape_configs:
  - job_name: a
    file_sd_configs: [{files: [targets.json, later.yml]}]
`,
    );
    const { status, text } = await check(file);
    expect(text).toBe(
      "warning: good.yml:4:23: file 'later.yml' for file_sd of a does not exist\n" +
        'good.yml: ok, 1 scrape jobs, 1 rules\n',
    );
    expect(status).toBe(0);
  });

  it('says what is wrong, and where', async () => {
    write('bad.rules.yml', 'groups:\n  - name: g\n    rules: [{record: a, expr: sum(b}]\n');
    write('bad.json', '[{"targets": ["http://x"]}]');
    const file = write(
      'bad.yml',
      `rule_files: [bad.rules.yml, none.yml]
scrape_configs:
  - job_name: a
    bearer_token_file: nowhere
    file_sd_configs: [{files: [bad.json]}]
`,
    );
    const { status, text } = await check(file);
    expect(text.split('\n')).toEqual([
      "bad.yml:3:5: a: credentials_file 'nowhere' cannot be read",
      'bad.json:1:1: "http://x" is not a valid hostname',
      expect.stringMatching(/^bad\.rules\.yml:3:\d+: expr: .*could not parse expression/),
      "bad.yml:1:29: rule_files: 'none.yml' does not point to an existing file",
      'bad.yml: 4 wrong',
      '',
    ]);
    expect(status).toBe(1);
    expect((await check('--syntax-only', file)).status).toBe(0);
  });

  it('checks rule files, templates included, and shows JSON', async () => {
    const file = write(
      'alerts.yml',
      `groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        annotations:
          summary: "{{ $nothing }}"
`,
    );
    const { status, text } = await check('--json', file);
    expect(status).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      isValid: false,
      files: [
        {
          file: 'alerts.yml',
          kind: 'rules',
          problems: [{ severity: 'error', line: 7, column: 20, path: 'annotations.summary' }],
        },
      ],
    });
  });

  it('is strict about keys unless it is told not to be', async () => {
    const file = write('keys.yml', 'global: {scrape_intervall: 5s}\n');
    expect((await check(file)).status).toBe(1);
    expect((await check('--lenient', file)).status).toBe(0);
  });

  it('says how it is used', async () => {
    expect(await check()).toMatchObject({ status: 2, errors: expect.stringContaining('usage:') });
    expect((await check('--what', 'x')).errors).toContain('there is no flag --what');
    expect((await check(join(folder, 'none.yml'))).text).toContain('cannot be read');
  });
});

const corpus = '../shared/corpus/dashboards/rules';
describe.skipIf(!existsSync(corpus))('files of promtool (only where ../shared exists)', () => {
  /** Files that are no configuration and no rules, and those with a mistake. */
  const refused =
    /\.bad\.ya?ml$|-test\.yml$|bad-|good-sd|failing|long-period|no-test-group|rules-bad|extrafields|rules_run|unittest|config_with_(?:rule|tls)/;
  /** Bad only when names are validated as before UTF-8. */
  const legacy = /legacy_validation_annotation/;
  /** Its expression is right: two series of the same labels come out when it runs. */
  const atRunTime = /bad-rules-error\.yml$/;

  it.each(['promtool', 'prometheus-rulefmt'])('%s: verdicts are the same', async (name) => {
    const files = readdirSync(join(corpus, name)).filter((file) => /\.ya?ml$/.test(file));
    const wrong: string[] = [];
    for (const file of files) {
      const { status } = await check(join(corpus, name, file));
      const isRefused = refused.test(file) && !legacy.test(file) && !atRunTime.test(file);
      if ((status !== 0) !== isRefused) wrong.push(file);
    }
    expect(wrong).toEqual([]);
    expect(files.length).toBeGreaterThan(10);
  });

  it('knows a Promtail configuration, and looks into its stages', async () => {
    const good = write(
      'promtail.yaml',
      'clients: [{url: http://a}]\nscrape_configs: [{job_name: a, file_sd_configs: [{files: [a.json]}]}]\n',
    );
    expect((await check(good)).text).toBe('promtail.yaml: ok, 1 sources of log lines, 1 nodes\n');
    const bad = write(
      'bad-promtail.yaml',
      `scrape_configs:
  - job_name: a
    journal: {}
    pipeline_stages:
      - match: {selector: "{app=", action: drop}
  - job_name: b
    kafka: {}
    pipeline_stages: []
`,
    );
    const { status, text } = await check(bad);
    expect(text).toContain(
      'bad-promtail.yaml:7:5: scrape_configs[1].kafka: Kafka is not read here',
    );
    expect(status).toBe(1);
    const selector = write(
      'selector.yaml',
      `scrape_configs:
  - job_name: a
    static_configs: [{labels: {__path__: /a}}]
    pipeline_stages: [{match: {selector: "{app=", action: drop}}]
`,
    );
    expect((await check(selector)).text).toMatch(/^selector\.yaml:4:24: match: .*\n.*1 wrong\n$/);
  });

  it('knows Alloy files, and folders of them', async () => {
    mkdirSync(join(folder, 'alloy'));
    const one = write(
      'alloy/one.alloy',
      'loki.source.file "a" {\n  targets = []\n  forward_to = [loki.write.w.receiver]\n}\n',
    );
    write('alloy/two.alloy', 'loki.write "w" { }\n');
    const both = await check(join(folder, 'alloy'));
    expect(both.text).toBe('alloy: ok, 1 sources of log lines, 1 nodes\n');
    const alone = await check(one);
    expect(alone.status).toBe(1);
    expect(alone.text).toContain('one.alloy:3:17: loki.source.file.a.forward_to: component');
    expect(JSON.parse((await check('--json', one)).text)).toMatchObject({
      files: [{ kind: 'alloy', isValid: false }],
    });
  });
});

describe('check-config on files of Loki', () => {
  it('knows a configuration by its keys, and says what means nothing', async () => {
    const file = write('loki.yml', 'auth_enabled: false\nmemberlist: {bind_port: 1}\n');
    expect(await check(file)).toMatchObject({
      status: 0,
      text:
        'warning: loki.yml:2:1: memberlist: is accepted and means nothing here\n' +
        'loki.yml: ok, 1 keys mean nothing here\n',
    });
    const bad = write('bad-loki.yml', 'auth_enabled: false\nlimits_config: {max_line_sise: 1}\n');
    expect(await check(bad)).toMatchObject({
      status: 1,
      text: expect.stringContaining('bad-loki.yml:2:17: limits_config.max_line_sise: there is no'),
    });
  });

  it('checks rules in LogQL when told so', async () => {
    const rules = (expr: string): string =>
      `groups: [{name: g, rules: [{record: a, expr: '${expr}'}]}]\n`;
    const good = write('logql.yml', rules('sum(count_over_time({a="b"} |= "c" [1m]))'));
    expect(await check('--logql', good)).toMatchObject({ status: 0 });
    expect(await check(good)).toMatchObject({ status: 1 });
    const lines = write('lines.yml', rules('{a="b"}'));
    expect((await check('--logql', lines)).text).toContain('a rule needs numbers');
  });
});
