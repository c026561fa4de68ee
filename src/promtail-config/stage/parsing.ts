// Stages that take a line apart: docker, cri, json, logfmt, regex, pattern, replace, template.
import type {
  CriStage,
  DockerStage,
  JsonStage,
  LogfmtStage,
  PatternStage,
  RegexStage,
  ReplaceStage,
  TemplateStage,
} from '#pipeline/log/stage-config.ts';
import { constant } from '#prometheus-config/discovery-section.ts';
import { field, placeField, section } from '#prometheus-config/section.ts';
import { flag, text, unsigned } from '#prometheus-config/type.ts';
import { byteSize, expression, namedSources, needed, sourceName } from '../type.ts';

const source = field('source', sourceName);
const setsLabels = field('labels_from_groups', flag);

export const docker = section<DockerStage>({ kind: constant('docker'), place: placeField });

export const cri = section<CriStage>({
  kind: constant('cri'),
  place: placeField,
  partialLinesMax: field('max_partial_lines', unsigned, { fallback: 100 }),
  partialLineBytesMax: field('max_partial_line_size', byteSize),
  cutsPartialLine: field('max_partial_line_size_truncate', flag),
});

export const json = section<JsonStage>({
  kind: constant('json'),
  place: placeField,
  expressions: needed('expressions', namedSources),
  source,
  dropsMalformed: field('drop_malformed', flag),
});

export const logfmt = section<LogfmtStage>({
  kind: constant('logfmt'),
  place: placeField,
  mapping: needed('mapping', namedSources),
  source,
});

export const regex = section<RegexStage>({
  kind: constant('regex'),
  place: placeField,
  expression: needed('expression', expression),
  source,
  setsLabels,
});

export const pattern = section<PatternStage>({
  kind: constant('pattern'),
  place: placeField,
  pattern: needed('pattern', text),
  source,
  setsLabels,
});

export const replace = section<ReplaceStage>({
  kind: constant('replace'),
  place: placeField,
  expression: needed('expression', expression),
  source,
  replace: field('replace', text),
});

export const template = section<TemplateStage>({
  kind: constant('template'),
  place: placeField,
  source: needed('source', text),
  // An empty one takes the value away.
  template: field('template', text),
});
