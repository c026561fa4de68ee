// Stages that decide what goes with a line: timestamp, labels, structured_metadata, tenant, output …
import type {
  LabelAllowStage,
  LabelDropStage,
  LabelsStage,
  OutputStage,
  PackStage,
  StaticLabelsStage,
  StructuredMetadataDropStage,
  StructuredMetadataStage,
  TenantStage,
  TimestampStage,
} from '#pipeline/log/stage-config.ts';
import { constant } from '#prometheus-config/discovery-section.ts';
import { isLabelName } from '#prometheus-config/name.ts';
import { field, placeField, section } from '#prometheus-config/section.ts';
import { flag, list, type Type, text } from '#prometheus-config/type.ts';
import {
  anyCase,
  namedSources,
  needed,
  optionalExpression,
  optionalText,
  readOnly,
} from '../type.ts';

export const timestamp = section<TimestampStage>({
  kind: constant('timestamp'),
  place: placeField,
  source: needed('source', text),
  format: needed('format', text),
  fallbackFormats: field('fallback_formats', list(text)),
  location: field(
    'location',
    readOnly<string | undefined>(undefined, (node, at) => {
      const name = optionalText.read(node, at);
      if (name !== undefined && !isTimeZone(name)) {
        at.error(node.place, `'${name}' is no name of the time zone database`);
      }
      return name;
    }),
  ),
  onFailure: field('action_on_failure', anyCase(['fudge', 'skip'] as const, 'fudge')),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name === 'Local' ? 'UTC' : name });
    return true;
  } catch {
    return false;
  }
}

export const output = section<OutputStage>({
  kind: constant('output'),
  place: placeField,
  source: needed('source', text),
});

export const pack = section<PackStage>({
  kind: constant('pack'),
  place: placeField,
  labels: field('labels', list(text)),
  usesIngestTime: field('ingest_timestamp', flag, { fallback: true }),
});

export const tenant = section<TenantStage>(
  {
    kind: constant('tenant'),
    place: placeField,
    source: field('source', optionalText),
    value: field('value', optionalText),
    label: field('label', optionalText),
  },
  {
    check: ({ source, value, label }, written, at) => {
      const said = [source, value, label].filter((one) => one !== undefined);
      if (said.length !== 1) {
        at.error(written.place, 'tenant takes exactly one of source, value and label');
      }
      return undefined;
    },
  },
);

/** Stages that are a plain map or list in Promtail. */
export const labels: Type<LabelsStage | undefined> = readOnly<LabelsStage | undefined>(
  undefined,
  (node, at) => {
    const all = namedSources.read(node, at);
    if (all.length === 0) at.error(node.place, 'labels names no label');
    for (const [name] of all) {
      if (!isLabelName(name, 'utf8')) at.error(node.place, `'${name}' is no label name`);
    }
    return { kind: 'labels', place: node.place, labels: all };
  },
);

export const structuredMetadata: Type<StructuredMetadataStage | undefined> = readOnly<
  StructuredMetadataStage | undefined
>(undefined, (node, at) => ({
  kind: 'structured_metadata',
  place: node.place,
  values: namedSources.read(node, at),
  regex: undefined,
}));

/** Alloy's, which has two keys. */
export const structuredMetadataKeys = section<StructuredMetadataStage>({
  kind: constant('structured_metadata'),
  place: placeField,
  values: field('values', namedSources),
  regex: field('regex', optionalExpression),
});

export const structuredMetadataDrop = section<StructuredMetadataDropStage>({
  kind: constant('structured_metadata_drop'),
  place: placeField,
  names: needed('values', list(text)),
});

export const staticLabels: Type<StaticLabelsStage | undefined> = readOnly<
  StaticLabelsStage | undefined
>(undefined, (node, at) => ({
  kind: 'static_labels',
  place: node.place,
  labels: namedSources.read(node, at),
}));

export const labelDrop: Type<LabelDropStage | undefined> = readOnly<LabelDropStage | undefined>(
  undefined,
  (node, at) => {
    const names = list(text).read(node, at);
    if (names.length === 0) at.error(node.place, 'labeldrop names no label');
    return { kind: 'labeldrop', place: node.place, names };
  },
);

export const labelAllow: Type<LabelAllowStage | undefined> = readOnly<LabelAllowStage | undefined>(
  undefined,
  (node, at) => {
    const names = list(text).read(node, at);
    if (names.length === 0) at.error(node.place, 'labelallow names no label');
    return { kind: 'labelallow', place: node.place, names };
  },
);
