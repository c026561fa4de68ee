// loki.process: the blocks `stage.…` in their order.
import { refusedStages, type StageConfig } from '#pipeline/log/stage-config.ts';
import type { Cursor } from '#prometheus-config/reading.ts';
import type { YamlEntry, YamlMap, YamlNode } from '#prometheus-config/yaml-tree.ts';
import { alloyStages, readStage } from '#promtail-config/stage/stages.ts';
import type { Block } from '../ast.ts';
import { type BlockSpec, readBlock } from '../block-map.ts';
import type { Scope } from '../evaluate.ts';
import { type Component, receiversOf } from './component.ts';

/** By Alloy's names where they are not Promtail's. */
const promtailNames: Readonly<Record<string, string>> = {
  label_drop: 'labeldrop',
  label_keep: 'labelallow',
};

/** Promtail writes what is in `values` at the stage itself. */
const plain = new Set(['labels', 'static_labels', 'label_drop', 'label_keep']);

const metricTypes = ['counter', 'gauge', 'histogram'] as const;

const specs: Readonly<Record<string, BlockSpec>> = {
  metrics: {
    blocks: Object.fromEntries(metricTypes.map((type) => [`metric.${type}`, { isList: true }])),
  },
  truncate: { blocks: { rule: { isList: true } } },
};

const stageSpecs: Readonly<Record<string, BlockSpec>> = Object.fromEntries(
  [...Object.keys(alloyStages), ...Object.keys(promtailNames), ...Object.keys(refusedStages)].map(
    (name) => [`stage.${name}`, { isList: true, isOpaque: true }],
  ),
);

export const lokiProcess: Component = {
  // The stages are read in their order, below.
  spec: { blocks: stageSpecs, values: ['forward_to'] },
  run: (input) => {
    const { id, place, graph, block, scope, at, map } = input;
    for (const { key, keyPlace } of map.entries) {
      if (!key.startsWith('stage.')) at.unknownKey(key, keyPlace, ['forward_to']);
    }
    const stages = stagesIn(block, scope, at);
    graph.nodes.push({ kind: 'process', id, place, stages, forwardTo: receiversOf(input) });
    return { receiver: { kind: 'receiver', ids: [id] } };
  },
};

function stagesIn(block: Block, scope: Scope, at: Cursor): StageConfig[] {
  return stageEntries(block, scope, at).flatMap((entry) => {
    const stage = readStage(entry, at, alloyStages);
    return stage ? [stage] : [];
  });
}

const stageEntries = ({ body }: Block, scope: Scope, at: Cursor): YamlEntry[] =>
  body.flatMap((inner) =>
    inner.kind === 'block' && Object.hasOwn(stageSpecs, inner.name)
      ? [stageEntry(inner, scope, at)]
      : [],
  );

/** A block as Promtail would write the stage. */
function stageEntry(block: Block, scope: Scope, at: Cursor): YamlEntry {
  const { name: written, place } = block;
  const name = written.slice('stage.'.length);
  const key = promtailNames[name] ?? name;
  const isMatch = name === 'match';
  const inside = at.key(key);
  const spec = isMatch ? { blocks: stageSpecs } : refusedStages[key] ? anything : specs[name];
  const { map } = readBlock(block, spec ?? {}, scope, inside);
  if (plain.has(name)) return { key, keyPlace: place, value: valuesOf(map, inside) };
  if (isMatch) return { key, keyPlace: place, value: matchOf(map, block, scope, inside) };
  const value =
    name === 'metrics'
      ? metricsOf(map, inside)
      : name === 'replace'
        ? withoutEmpty(map, 'source')
        : map;
  return { key, keyPlace: place, value };
}

/** A stage that is refused by its name is not looked into. */
const anything: BlockSpec = { takesAnything: true, isLoose: true };

function valuesOf(map: YamlMap, at: Cursor): YamlNode {
  for (const { key, keyPlace } of map.entries) {
    if (key !== 'values') at.unknownKey(key, keyPlace, ['values']);
  }
  const values = map.entries.find(({ key }) => key === 'values')?.value;
  if (!values) at.error(map.place, 'missing required attribute "values"');
  return values ?? { kind: 'map', entries: [], place: map.place };
}

function matchOf(map: YamlMap, block: Block, scope: Scope, at: Cursor): YamlMap {
  const own = map.entries.filter(({ key }) => !key.startsWith('stage.'));
  const items = stageEntries(block, scope, at).map(
    (entry): YamlMap => ({ kind: 'map', entries: [entry], place: entry.keyPlace }),
  );
  if (items.length === 0) return { ...map, entries: own };
  const value: YamlNode = { kind: 'list', items, place: map.place };
  return { ...map, entries: [...own, { key: 'stages', keyPlace: map.place, value }] };
}

/** What Promtail has in `config`. */
const configKeys = new Set(['value', 'action', 'match_all', 'count_entry_bytes', 'buckets']);

/** Empty text is none. */
const withoutEmpty = (map: YamlMap, key: string): YamlMap => ({
  ...map,
  entries: map.entries.filter(
    (entry) => entry.key !== key || entry.value.kind !== 'scalar' || entry.value.text !== '',
  ),
});

function metricsOf(map: YamlMap, at: Cursor): YamlMap {
  const entries = map.entries.flatMap((entry) => {
    const type = metricTypes.find((one) => entry.key === `metric.${one}`);
    if (type === undefined || entry.value.kind !== 'list') return [entry];
    return entry.value.items.flatMap((item) =>
      item.kind === 'map' ? [metricOf(item, type, entry, at)] : [],
    );
  });
  // Blocks of one type were put together; the file's order is that of their lines.
  const inOrder = entries.sort((a, b) => a.value.place.line - b.value.place.line);
  return { ...map, entries: inOrder };
}

function metricOf(item: YamlMap, type: string, { keyPlace }: YamlEntry, at: Cursor): YamlEntry {
  const { place } = item;
  const name = item.entries.find(({ key }) => key === 'name')?.value;
  const isConfig = ({ key }: YamlEntry): boolean => configKeys.has(key);
  const config: YamlMap = { kind: 'map', entries: item.entries.filter(isConfig), place };
  const own = item.entries.filter((entry) => !isConfig(entry) && entry.key !== 'name');
  const entries: YamlEntry[] = [
    ...own,
    { key: 'type', keyPlace, value: { kind: 'scalar', text: type, isPlain: false, place } },
    { key: 'config', keyPlace, value: config },
  ];
  const key = name?.kind === 'scalar' ? name.text : '';
  if (key === '') at.error(place, 'missing required attribute "name"');
  return { key, keyPlace: place, value: { kind: 'map', entries, place } };
}
