import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAlloyConfig } from './load.ts';

// An empty one, so that nothing that is named is there.
const folder = mkdtempSync(join(tmpdir(), 'sightline-alloy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  const file = join(folder, 'a.alloy');
  const { config, problems } = parseAlloyConfig([{ file, text }], { env: {} });
  const lines = problems.map(({ severity, place, path, message }) => {
    const mark = severity === 'warning' ? 'warning ' : '';
    return `${mark}${place.line}:${place.column} ${path}: ${message}`.replaceAll(`${folder}/`, '');
  });
  return { config, problems: lines };
}

const writeBlock = 'loki.write "w" { endpoint { url = "http://loki:3100" } }\n';

it('takes an empty source of stage.replace for none', () => {
  const text = `${writeBlock}loki.process "a" {
  forward_to = [loki.write.w.receiver]
  stage.replace {
    expression = "(x)"
    source     = ""
  }
}`;
  const { config, problems } = read(text);
  expect(problems.filter((problem) => !problem.startsWith('warning'))).toEqual([]);
  expect(config?.nodes.find(({ kind }) => kind === 'process')).toMatchObject({
    stages: [{ kind: 'replace', source: undefined }],
  });
});

describe('what is wrong is said with its place', () => {
  it.each([
    ['a = 1', '1:1 : unrecognized attribute name "a"; attributes stand in blocks'],
    [
      'loki.proces "a" { }',
      '1:1 : cannot find the definition of component name "loki.proces"; did you mean loki.process?',
    ],
    [
      'loki.process "a" {\n  forward_to = []\n  stage.metrics {\n    metric.counter { action = "inc" }\n  }\n}',
      '4:5 loki.process.a.metrics: missing required attribute "name"',
    ],
    ['loki.write { }', '1:1 loki.write: component "loki.write" must have a label'],
    [
      'loki.source.file "a" { targets = [] }',
      '1:1 loki.source.file.a: missing required attribute "forward_to"',
    ],
    [
      'loki.source.journal "a" { forward_to = "x" }',
      '1:40 loki.source.journal.a.forward_to: forward_to should be list(capsule), got string',
    ],
    [
      'loki.source.journal "a" { forward_to = [1] }',
      '1:40 loki.source.journal.a.forward_to: forward_to should be list(capsule), got number in it',
    ],
    [
      'loki.source.journal "a" {\n  forward_to = []\n  max_agee = "1h"\n}',
      '3:3 loki.source.journal.a: unrecognized attribute name "max_agee"; did you mean max_age?',
    ],
    [
      'loki.source.journal "a" {\n  forward_to = []\n  max_age = "x"\n}',
      '3:13 loki.source.journal.a.max_age: "x" is not a duration, like 15s, 1h30m or 1.5s',
    ],
    [
      'loki.source.journal "a" {\n  forward_to = []\n  forward_to = []\n}',
      '3:3 loki.source.journal.a: attribute "forward_to" may only be provided once',
    ],
    [
      'loki.source.journal "a" {\n  forward_to = []\n  rule { }\n}',
      '3:3 loki.source.journal.a: unrecognized block name "rule"',
    ],
    [
      'loki.source.file "a" {\n  targets = [1]\n  forward_to = []\n}',
      '2:13 loki.source.file.a.targets: a target should be a map of labels',
    ],
    [
      'loki.source.file "a" {\n  targets = []\n  forward_to = []\n  file_match = true\n}',
      '4:3 loki.source.file.a: "file_match" must be a block, but is used as an attribute',
    ],
    [
      'loki.source.syslog "a" {\n  forward_to = []\n}',
      '2:3 loki.source.syslog.a: missing required block "listener"',
    ],
    [
      'loki.source.journal "a" { forward_to = [loki.write.b.receiver] }',
      '1:41 loki.source.journal.a.forward_to: component "loki.write.b.receiver" does not exist or is out of scope',
    ],
    [
      'loki.source.kafka "a" { }',
      '1:1 loki.source.kafka.a: loki.source.kafka is not run here: Kafka is not read here; let a consumer push to /loki/api/v1/push',
    ],
    [
      'discovery.kubernetes "a" { role = "x" }',
      '1:35 discovery.kubernetes.a.kubernetes_sd_configs[0].role: "x" is not one of pod, service, endpoints, endpointslice, node, ingress',
    ],
    [
      'import.git "a" { repository = "x" }',
      '1:1 import.git.a: import.git: modules are not fetched; clone it and use import.file',
    ],
    [
      'import.file "a" { filename = "none.alloy" }',
      '1:1 import.file.a.filename: none.alloy cannot be read',
    ],
    ['declare "a" {\n  argument "b" { }\n}\na "x" { }', '4:1 a.x: missing required attribute "b"'],
    ['declare "a" { }\na "x" { b = 1 }', '2:9 a.x: unrecognized attribute name "b"'],
    ['declare "a" {\n  a "b" { }\n}', '2:3 a.b: declare "a" uses itself'],
    [
      'declare "a" {\n  local.missing "b" { }\n}',
      '2:3 : cannot find the definition of component name "local.missing"',
    ],
    ['argument "a" { }', '1:1 argument.a: argument blocks only allowed inside a declare'],
    [
      'loki.echo "a" { }\nloki.echo "a" { }',
      '2:1 : block loki.echo.a already declared at a.alloy:1:1',
    ],
    [
      'foreach "a" {\n  var = "x"\n  collection = 5\n  template { }\n}',
      '3:16 foreach.a.collection: collection should be array, got number',
    ],
    [
      'logging { levl = "info" }',
      '1:11 logging: unrecognized attribute name "levl"; did you mean level?',
    ],
  ])('%s', (text, expected) => {
    const { config, problems } = read(text);
    expect(problems.filter((one) => !one.startsWith('warning'))).toEqual([expected]);
    expect(config).toBeUndefined();
  });

  it('finds circles', () => {
    const { problems } = read(`loki.process "a" { forward_to = [loki.process.b.receiver] }
loki.process "b" { forward_to = [loki.process.a.receiver] }`);
    expect(problems).toEqual([
      '1:1 loki.process.a: cycle: loki.process.a, loki.process.b, loki.process.a',
    ]);
  });

  it('says what is of no use', () => {
    const { config, problems } = read(`loki.process "a" { forward_to = [loki.write.w.receiver] }
${writeBlock}`);
    expect(problems).toEqual(['warning 1:1 loki.process.a: no component sends lines here']);
    expect(config).toBeDefined();
  });

  it('refuses a stage by its name', () => {
    const { problems } = read(`${writeBlock}loki.process "a" {
  forward_to = [loki.write.w.receiver]
  stage.geoip { db = "x" }
  stage.eventlogmessage { }
  stage.jsn { }
}`);
    expect(problems.filter((one) => !one.startsWith('warning'))).toEqual([
      '4:3 loki.process.a: the stage geoip is not run here: there is no database of places',
      '5:3 loki.process.a: the stage eventlogmessage is not run here: the Windows event log is not read here',
      '6:3 loki.process.a: unrecognized block name "stage.jsn"',
    ]);
  });
});
