import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAlloyConfig, parseAlloyConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-alloy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

function graphOf(text: string) {
  const file = join(folder, 'a.alloy');
  const { config, problems } = parseAlloyConfig([{ file, text }], { env: {} });
  expect(problems).toEqual([]);
  if (!config) throw new Error('no graph');
  return config;
}

const writeBlock = 'loki.write "w" { endpoint { url = "http://loki:3100" } }\n';

describe('modules', () => {
  it('are declared and used, with arguments and exports', () => {
    const graph = graphOf(`${writeBlock}
declare "tail" {
  argument "path" { }
  argument "to" {
    optional = true
    default  = []
  }
  loki.source.file "f" {
    targets    = [{ __path__ = argument.path.value }]
    forward_to = argument.to.value
  }
  export "path" { value = argument.path.value + ".log" }
}
tail "one" {
  path = "/a"
  to   = [loki.write.w.receiver]
}
tail "two" { path = tail.one.path }`);
    expect(graph.sources).toMatchObject([
      { id: 'tail.one/loki.source.file.f', forwardTo: ['loki.write.w'] },
      { id: 'tail.two/loki.source.file.f', forwardTo: [] },
    ]);
    expect(graph.targets[1]).toMatchObject({
      discoveries: [{ groups: [{ labels: [['__path__', '/a.log']] }] }],
    });
  });

  it('are imported from files and folders, and out of texts', () => {
    const body = 'export "v" { value = module_path }';
    write(
      'lib/one.alloy',
      `declare "a" { ${body} }\nimport.file "deep" { filename = "deep.alloy" }`,
    );
    write('lib/deep.alloy', `declare "b" { ${body} }`);
    const graph = graphOf(`${writeBlock}
import.file "lib" { filename = "lib/one.alloy" }
import.file "all" { filename = "lib" }
import.string "text" { content = "declare \\"c\\" { export \\"v\\" { value = 1 } }" }
lib.a "x" { }
lib.deep.b "x" { }
all.b "x" { }
text.c "x" { }
loki.source.file "f" {
  targets    = [{ p = lib.a.x.v, q = lib.deep.b.x.v, r = all.b.x.v, s = text.c.x.v }]
  forward_to = [loki.write.w.receiver]
}`);
    const [targets] = graph.targets;
    const labels = targets?.kind === 'discovery' && targets.discoveries[0];
    expect(labels).toMatchObject({
      groups: [
        {
          labels: ['p', 'q', 'r', 's'].map((name) => [
            name,
            name === 's' ? '1' : join(folder, 'lib'),
          ]),
        },
      ],
    });
  });

  it('repeat for the items of a list', () => {
    const { sources } = graphOf(`${writeBlock}
foreach "apps" {
  collection = ["a", "b"]
  var        = "app"
  template {
    loki.source.file "f" {
      targets    = [{ __path__ = "/var/log/" + app }]
      forward_to = [loki.write.w.receiver]
    }
  }
}`);
    expect(sources.map(({ id }) => id)).toEqual([
      'foreach.apps/0/loki.source.file.f',
      'foreach.apps/1/loki.source.file.f',
    ]);
  });

  it('read local files', () => {
    write('labels.json', '{"team": "a"}');
    const { nodes } = graphOf(`local.file "labels" { filename = "labels.json" }
loki.source.journal "j" { forward_to = [loki.write.w.receiver] }
loki.write "w" { external_labels = encoding.from_json(local.file.labels.content) }`);
    expect(nodes).toMatchObject([{ externalLabels: [['team', 'a']] }]);
  });

  it('are one configuration in a folder', () => {
    write('both/a.alloy', 'loki.source.journal "j" { forward_to = [loki.write.w.receiver] }\n');
    write('both/b.alloy', writeBlock);
    const config = loadAlloyConfig(join(folder, 'both'), { env: {} });
    expect(config.sources[0]?.place.file).toBe(join(folder, 'both/a.alloy'));
    expect(config.nodes[0]?.place.file).toBe(join(folder, 'both/b.alloy'));
    expect(() => loadAlloyConfig(join(folder, 'none'), { env: {} })).toThrow('cannot read');
    expect(() => loadAlloyConfig(write('bad/a.alloy', 'a {'), { env: {} })).toThrow(
      /bad\/a\.alloy:1:4: expected }, got EOF$/,
    );
  });
});
