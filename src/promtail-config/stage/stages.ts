// `pipeline_stages`: a list of maps of one key each, and the stages that Alloy writes as blocks.
import { type MatchStage, refusedStages, type StageConfig } from '#pipeline/log/stage-config.ts';
import { constant } from '#prometheus-config/discovery-section.ts';
import { nearestWord } from '#prometheus-config/nearest-word.ts';
import { Cursor } from '#prometheus-config/reading.ts';
import { field, placeField, placeOf, section } from '#prometheus-config/section.ts';
import { describe, type Type, text } from '#prometheus-config/type.ts';
import type { YamlEntry, YamlNode } from '#prometheus-config/yaml-tree.ts';
import { anyCase, needed, optionalText, readOnly } from '../type.ts';
import * as choosing from './choosing.ts';
import * as labelling from './labelling.ts';
import { metricsType } from './metrics.ts';
import * as parsing from './parsing.ts';

export type StageTypes = Readonly<Record<string, Type<StageConfig | undefined>>>;

/** Reads the stages of `of`; a stage within a stage is one of them, too. */
function stageList(of: () => StageTypes): Type<readonly StageConfig[]> {
  return readOnly<readonly StageConfig[]>([], (node, at) => {
    if (node.kind !== 'list') {
      at.error(node.place, `${describe(node)} is not a list of stages; each begins with a dash`);
      return [];
    }
    return node.items.flatMap((item, i) => {
      const stage = readItem(item, at.item(i), of());
      return stage ? [stage] : [];
    });
  });
}

function readItem(item: YamlNode, at: Cursor, types: StageTypes): StageConfig | undefined {
  if (item.kind === 'scalar' && types[item.text] !== undefined) {
    const value: YamlNode = { kind: 'null', place: item.place };
    return readStage({ key: item.text, keyPlace: item.place, value }, at, types);
  }
  if (item.kind !== 'map') {
    at.error(item.place, `${describe(item)} is not a stage; write it as name: and its settings`);
    return undefined;
  }
  const [first, second] = item.entries;
  if (!first) {
    at.error(item.place, 'a stage without a name');
    return undefined;
  }
  if (second) {
    at.error(second.keyPlace, `a stage has one name; ${second.key} needs a dash of its own`);
    return undefined;
  }
  return readStage(first, at, types);
}

/** One stage of the name `key`; undefined when that is wrong. */
export function readStage(
  { key, keyPlace, value }: YamlEntry,
  at: Cursor,
  types: StageTypes,
): StageConfig | undefined {
  const refused = refusedStages[key];
  if (refused !== undefined) {
    at.error(keyPlace, `the stage ${key} is not run here: ${refused}`);
    return undefined;
  }
  const type = types[key];
  if (!type) {
    const nearest = nearestWord(key, Object.keys(types));
    const remedy = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    at.error(keyPlace, `there is no stage ${key}${remedy}`);
    return undefined;
  }
  const node: YamlNode =
    value.kind === 'null' ? { kind: 'map', entries: [], place: keyPlace } : value;
  const stage = type.read(node, at.key(key));
  // The name of the stage is where people look, not what stands behind it.
  return stage && { ...stage, place: keyPlace };
}

const match = (of: () => StageTypes): Type<MatchStage | undefined> =>
  section<MatchStage>(
    {
      kind: constant('match'),
      place: placeField,
      selector: needed('selector', text),
      action: field('action', anyCase(['keep', 'drop'] as const, 'keep')),
      dropReason: field('drop_counter_reason', text, { fallback: 'match_stage' }),
      pipelineName: field('pipeline_name', optionalText),
      stages: field('stages', stageList(of)),
    },
    {
      check: ({ action, stages }, written, at) => {
        if (action === 'keep' && !written.entries.has('stages')) {
          at.error(written.place, 'match needs stages, or action: drop');
        }
        if (action === 'drop' && stages.length > 0) {
          at.error(placeOf(written, 'stages'), 'a match that drops takes no stages');
        }
        return undefined;
      },
    },
  ) as Type<MatchStage | undefined>;

const shared = {
  ...{ docker: parsing.docker, cri: parsing.cri, json: parsing.json, logfmt: parsing.logfmt },
  ...{ regex: parsing.regex, replace: parsing.replace, template: parsing.template },
  timestamp: labelling.timestamp,
  output: labelling.output,
  pack: labelling.pack,
  tenant: labelling.tenant,
  labels: labelling.labels,
  static_labels: labelling.staticLabels,
  labeldrop: labelling.labelDrop,
  labelallow: labelling.labelAllow,
  drop: choosing.drop,
  limit: choosing.limit,
  sampling: choosing.sampling,
  multiline: choosing.multiline,
  decolorize: choosing.decolorize,
};

/** What Promtail knows. */
export const promtailStages = {
  ...shared,
  structured_metadata: labelling.structuredMetadata,
  // What it was called at first.
  non_indexed_labels: labelling.structuredMetadata,
  metrics: metricsType('promtail_custom_'),
  match: match(() => promtailStages),
} as unknown as StageTypes;

/** What Alloy knows, by Promtail's names; `values` of the plain ones are already taken out. */
export const alloyStages = {
  ...shared,
  structured_metadata: labelling.structuredMetadataKeys,
  structured_metadata_drop: labelling.structuredMetadataDrop,
  pattern: parsing.pattern,
  luhn: choosing.luhn,
  truncate: choosing.truncate,
  metrics: metricsType('loki_process_custom_'),
  match: match(() => alloyStages),
} as unknown as StageTypes;

const strictStages = stageList(() => promtailStages);

/** Promtail takes settings of stages that it does not know; here they are told of. */
export const pipelineStages: typeof strictStages = {
  ...strictStages,
  read: (node, at) =>
    strictStages.read(node, new Cursor({ ...at.options, isStrict: false }, at.path)),
};
