// Every pipeline stage there is. To add one: a file with its definition, and a line here.
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import { cri } from './cri.ts';
import { decolorize } from './decolorize.ts';
import type { StageDefinition } from './definition.ts';
import { docker } from './docker.ts';
import { drop } from './drop.ts';
import { json } from './json.ts';
import { labelallow } from './labelallow.ts';
import { labeldrop } from './labeldrop.ts';
import { labels } from './labels.ts';
import { limit } from './limit.ts';
import { logfmt } from './logfmt.ts';
import { luhn } from './luhn.ts';
import { match } from './match.ts';
import { metrics } from './metrics.ts';
import { multiline } from './multiline.ts';
import { output } from './output.ts';
import { pack } from './pack.ts';
import { pattern } from './pattern.ts';
import { regex } from './regex.ts';
import { replace } from './replace.ts';
import { sampling } from './sampling.ts';
import { staticLabels } from './static-labels.ts';
import { structuredMetadata } from './structured-metadata.ts';
import { structuredMetadataDrop } from './structured-metadata-drop.ts';
import { template } from './template.ts';
import { tenant } from './tenant.ts';
import { timestamp } from './timestamp.ts';
import { truncate } from './truncate.ts';

type Definitions = {
  readonly [K in StageConfig['kind']]: StageDefinition<Extract<StageConfig, { kind: K }>>;
};

export const stages: Definitions = {
  docker,
  cri,
  json,
  logfmt,
  regex,
  pattern,
  replace,
  template,
  timestamp,
  labels,
  structured_metadata: structuredMetadata,
  structured_metadata_drop: structuredMetadataDrop,
  static_labels: staticLabels,
  labeldrop,
  labelallow,
  match,
  drop,
  limit,
  sampling,
  multiline,
  pack,
  output,
  tenant,
  metrics,
  decolorize,
  luhn,
  truncate,
};

export const definitionOf = (config: StageConfig): StageDefinition =>
  stages[config.kind] as unknown as StageDefinition;
