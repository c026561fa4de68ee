// Configurations that people really have: each is run, or is refused with a place and a reason. Pairs of
// a Promtail file and what Alloy's converter made of it give the same graph.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import { configText } from '#prometheus-config/config-text.ts';
import type { Problem } from '#prometheus-config/place.ts';
import { parseYaml } from '#prometheus-config/yaml-tree.ts';
import { parsePromtailConfig } from '#promtail-config/load.ts';
import { parseAlloyConfig } from './load.ts';

const corpus = '../shared/corpus';
const isThere = existsSync(corpus);

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

const textOf = (file: string): string => readFileSync(file, 'utf8');
const readAlloy = (file: string, text = textOf(file)) =>
  parseAlloyConfig([{ file, text }], { env: {} });
const readPromtail = (file: string, text = textOf(file)) =>
  parsePromtailConfig(text, { file, env: {} });

const errorsOf = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ severity }) => severity === 'error');

/** Run, or refused with a place inside the text and a reason. */
function isAnswered(
  { config, problems }: { config: LogCollectionConfig | undefined; problems: readonly Problem[] },
  text: string,
): boolean {
  const errors = errorsOf(problems);
  if (config) return errors.length === 0;
  const lines = text.split('\n').length;
  const isPlaced = ({ place, message }: Problem): boolean =>
    place.line >= 1 && place.line <= lines && place.column >= 1 && message !== '';
  return errors.length > 0 && errors.every(isPlaced);
}

type Json = unknown;

/** The same text for the same data: keys and pairs (labels, expressions) in the order of the alphabet. */
function sortedText(value: Json): string {
  const sorted = (one: Json): Json => {
    if (Array.isArray(one)) {
      const items = one.map(sorted);
      const arePairs = items.every((item) => Array.isArray(item) && item.length === 2);
      return arePairs ? items.sort((a, b) => (String(a) < String(b) ? -1 : 1)) : items;
    }
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  };
  return JSON.stringify(sorted(JSON.parse(configText([value]))));
}

/** The graph without ids and places, in an order that does not depend on how it was written. */
function shapeOf({ targets, sources, nodes }: LogCollectionConfig): string[] {
  const found = (ids: readonly string[]): Json[] =>
    ids
      .flatMap((id): Json[] => {
        const one = targets.find((other) => other.id === id);
        if (!one) return [];
        if (one.kind === 'discovery') return one.discoveries.flatMap(discoveryShape);
        return one.rules.length === 0
          ? found(one.from)
          : [{ rules: one.rules, of: found(one.from) }];
      })
      .sort((a, b) => (sortedText(a) < sortedText(b) ? -1 : 1));
  const next = (ids: readonly string[]): Json[] =>
    ids.flatMap((id): Json[] => {
      const node = nodes.find((other) => other.id === id);
      if (!node) return [id];
      const { id: _, place: __, ...rest } = node;
      if ('forwardTo' in rest) return [{ ...rest, forwardTo: next(rest.forwardTo) }];
      // Without a client Promtail's lines go here all the same, Alloy's go nowhere.
      const isPlain = rest.externalLabels.length === 0 && rest.tenant === undefined;
      return isPlain ? [] : [rest];
    });
  return sources
    .map((source) => {
      // Alloy knows nothing of `__host__`.
      const { id: _, place: __, isOfThisHost: ___, ...rest } = { isOfThisHost: true, ...source };
      const of = 'targets' in rest ? found(rest.targets) : [];
      // Promtail's servers and Alloy's have ports of their own by default.
      const address = 'address' in rest ? rest.address.replace(/^:80(?:80)?$/, '') : '';
      const forwardTo = next(rest.forwardTo);
      return sortedText({ ...rest, address, targets: of, forwardTo });
    })
    .sort();
}

function discoveryShape(discovery: { readonly kind: string }): Json[] {
  const { place: _, selectors: __, ...rest } = discovery as Record<string, Json>;
  // Arguments of those that find nothing are not read out of Alloy's.
  if (rest['kind'] === 'other') return [rest['name']];
  if (rest['kind'] !== 'static') return [rest];
  const groups = rest['groups'] as { targets: string[]; labels: [string, string][] }[];
  return groups.flatMap(({ targets, labels }) =>
    targets.map((target) => ({ target, labels: [...labels] })),
  );
}

describe.skipIf(!isThere)('the corpus (only where ../shared/corpus exists)', () => {
  it('runs every Alloy file, or refuses it with a place', () => {
    const files = filesUnder(corpus).filter((file) => file.endsWith('.alloy'));
    const results = files.map((file) => ({ file, ...readAlloy(file) }));
    expect(results.filter((one) => !isAnswered(one, textOf(one.file)))).toEqual([]);
    const run = results.filter(({ config }) => config !== undefined);
    expect({ files: files.length, run: run.length }).toEqual({ files: 274, run: 232 });
  });

  it('runs every Promtail file, or refuses it with a place', () => {
    const files = filesUnder(corpus).filter(
      (file) =>
        /promtail[^/]*(?:\/.*)?\.ya?ml$/.test(file) && /^ *scrape_configs:/m.test(textOf(file)),
    );
    const results = files.map((file) => ({ file, ...readPromtail(file) }));
    expect(results.filter((one) => !isAnswered(one, textOf(one.file)))).toEqual([]);
    const run = results.filter(({ config }) => config !== undefined);
    expect({ files: files.length, run: run.length }).toEqual({ files: 74, run: 48 });
  });

  it('reads the same out of a Promtail file and of what it was converted to', () => {
    const folder = join(corpus, 'configs/promtail-to-alloy/testdata');
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const pairs = names.flatMap((name) => {
      const other = join(folder, name.replace('.yaml', '.alloy'));
      return existsSync(other)
        ? [{ name, promtail: readPromtail(join(folder, name)), alloy: readAlloy(other) }]
        : [];
    });
    const verdicts = pairs.filter(({ promtail, alloy }) => !promtail.config !== !alloy.config);
    // Its converter says, too, that standard input is not read; the rest it leaves out.
    expect(verdicts.map(({ name }) => name)).toEqual(['unsupported.yaml']);
    let same = 0;
    for (const { name, promtail, alloy } of pairs) {
      if (!promtail.config || !alloy.config) continue;
      expect(shapeOf(alloy.config), name).toEqual(shapeOf(promtail.config));
      same += 1;
    }
    expect({ pairs: pairs.length, same }).toEqual({ pairs: 47, same: 37 });
  });

  it('refuses what the converter calls critical', () => {
    const folder = join(corpus, 'configs/promtail-to-alloy/testdata');
    const critical = readdirSync(folder).filter(
      (name) => name.endsWith('.diags') && textOf(join(folder, name)).startsWith('(Critical)'),
    );
    const taken = critical.filter(
      (name) => readPromtail(join(folder, name.replace('.diags', '.yaml'))).config !== undefined,
    );
    expect({ critical: critical.length, taken }).toEqual({ critical: 3, taken: [] });
  });

  it('finds the mistakes in the writing where they are marked', () => {
    const folder = join(corpus, 'configs/alloy/syntax/parser/testdata');
    let marks = 0;
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.alloy'))) {
      const text = textOf(join(folder, name));
      const marked = text
        .split('\n')
        .flatMap((line, i) => (/\/\* ERROR/.test(line) ? [i + 1] : []));
      const { problems } = readAlloy(name, text);
      expect(
        problems.map(({ place }) => place.line),
        name,
      ).toEqual(marked);
      marks += marked.length;
    }
    expect(marks).toBe(13);
  });

  it('reads modules: declared, imported from files, repeated', () => {
    const folder = join(corpus, 'configs/alloy/internal/runtime/testdata');
    const archives = filesUnder(folder).filter((file) => file.endsWith('.txtar'));
    const refused = archives.flatMap((archive) => {
      const left = unpacked(archive, (main) => errorsOf(readAlloy(main).problems)).filter(
        // Components that exist only in Alloy's own tests.
        ({ message }) => !message.includes('testcomponents.'),
      );
      return left.length > 0 ? [archive.split('/').slice(-2).join('/')] : [];
    });
    const expected = /^(?:import_(?:error|git|http|file_folder)\/)/;
    expect(refused.filter((name) => !expected.test(name))).toEqual([]);
    expect({ archives: archives.length, refused: refused.length }).toEqual({
      archives: 66,
      refused: 15,
    });
  });

  it('reads the examples of the Promtail documentation', () => {
    const { cases } = JSON.parse(textOf(join(corpus, 'configs/promtail/docs-snippets.json'))) as {
      cases: { text: string; file: string; index: number }[];
    };
    const counts = { run: 0, refused: 0, other: 0 };
    const odd: string[] = [];
    for (const { text, file, index } of cases) {
      const whole = wholeFileOf(text);
      if (whole === undefined) {
        counts.other += 1;
        continue;
      }
      const result = readPromtail(file, whole);
      counts[result.config ? 'run' : 'refused'] += 1;
      if (!isAnswered(result, whole)) odd.push(`${file} ${index}`);
    }
    expect({ ...counts, odd }).toEqual({ run: 88, refused: 11, other: 28, odd: [] });
  });
});

/** Runs with the files of the archive in a folder of their own. */
function unpacked<T>(archive: string, run: (main: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-alloy-'));
  try {
    const parts = textOf(archive).split(/^-- (.+) --\n/m);
    for (let i = 1; i < parts.length; i += 2) {
      const file = join(folder, parts[i] as string);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, parts[i + 1] as string);
    }
    return run(join(folder, 'main.alloy'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Examples show a list of stages, a job or a key of one. Undefined: something else. */
function wholeFileOf(text: string): string | undefined {
  const tree = parseYaml(text, 'example', []);
  const indented = (spaces: number): string => text.replace(/^/gm, ' '.repeat(spaces));
  const job = 'scrape_configs:\n  - job_name: example\n';
  if (tree?.kind === 'list') {
    const [first] = tree.items;
    const key = first?.kind === 'map' ? first.entries[0]?.key : undefined;
    if (key === 'job_name') return `scrape_configs:\n${indented(2)}`;
    if (key === 'targets') return `${job}    static_configs:\n${indented(6)}`;
    if (key === 'action' || key === 'source_labels')
      return `${job}    relabel_configs:\n${indented(6)}`;
    return key === undefined ? undefined : `${job}    pipeline_stages:\n${indented(6)}`;
  }
  if (tree?.kind !== 'map') return undefined;
  const keys = tree.entries.map(({ key }) => key);
  if (keys.some((key) => ['scrape_configs', 'clients', 'server', 'positions'].includes(key)))
    return text;
  if (keys.some((key) => ['pipeline_stages', 'relabel_configs'].includes(key)))
    return `${job}${indented(4)}`;
  return undefined;
}
