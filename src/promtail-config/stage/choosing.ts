// Stages that decide which lines go on, and how many lines are one: drop, limit, sampling, multiline.
import type {
  DecolorizeStage,
  DropStage,
  LimitStage,
  LuhnStage,
  MultilineStage,
  SamplingStage,
  TruncateStage,
} from '#pipeline/log/stage-config.ts';
import { constant } from '#prometheus-config/discovery-section.ts';
import type { Cursor } from '#prometheus-config/reading.ts';
import { field, placeField, placeOf, section, type Written } from '#prometheus-config/section.ts';
import { flag, list, type Type, text, unsigned } from '#prometheus-config/type.ts';
import {
  anyCase,
  byteSize,
  expression,
  goDuration,
  needed,
  number,
  optionalExpression,
  optionalGoDuration,
  optionalText,
  textOrList,
} from '../type.ts';

export const drop = section<DropStage>(
  {
    kind: constant('drop'),
    place: placeField,
    sources: field('source', textOrList),
    separator: field('separator', text, { fallback: ';' }),
    expression: field('expression', optionalExpression),
    value: field('value', optionalText),
    olderThanMs: field('older_than', optionalGoDuration),
    longerThanBytes: field('longer_than', byteSize as Type<number | undefined>, {
      fallback: undefined,
    }),
    dropReason: field('drop_counter_reason', text, { fallback: 'drop_stage' }),
  },
  { check: checkDrop },
);

function checkDrop(stage: DropStage, written: Written, at: Cursor): undefined {
  const { sources, expression: regex, value, olderThanMs, longerThanBytes } = stage;
  const hasSource = sources.length > 0;
  const isEmpty = !hasSource && regex === undefined && value === undefined;
  if (isEmpty && olderThanMs === undefined && longerThanBytes === undefined) {
    at.error(
      written.place,
      'drop needs one of source, expression, value, older_than and longer_than',
    );
  }
  if (value !== undefined && regex !== undefined) {
    at.error(placeOf(written, 'value'), 'value and expression exclude each other');
  }
  if (value !== undefined && !hasSource) {
    at.error(
      placeOf(written, 'value'),
      'value needs source: a value is compared with what it says',
    );
  }
}

export const limit = section<LimitStage>(
  {
    kind: constant('limit'),
    place: placeField,
    rate: needed('rate', number),
    burst: needed('burst', unsigned),
    drops: field('drop', flag),
    byLabel: field('by_label_name', optionalText),
    distinctLabelsMax: field('max_distinct_labels', unsigned, { fallback: 10_000 }),
  },
  {
    check: ({ rate, burst, drops, byLabel }, written, at) => {
      if (rate <= 0) at.error(placeOf(written, 'rate'), 'rate has to be more than 0');
      if (burst <= 0) at.error(placeOf(written, 'burst'), 'burst has to be more than 0');
      if (byLabel !== undefined && !drops) {
        at.error(placeOf(written, 'by_label_name'), 'by_label_name needs drop: true');
      }
      return undefined;
    },
  },
);

export const sampling = section<SamplingStage>(
  {
    kind: constant('sampling'),
    place: placeField,
    rate: needed('rate', number),
    dropReason: field('drop_counter_reason', text, { fallback: 'sampling_stage' }),
  },
  {
    check: ({ rate }, written, at) => {
      if (rate >= 0 && rate <= 1) return undefined;
      at.error(placeOf(written, 'rate'), `${rate} is not between 0 and 1`);
      return undefined;
    },
  },
);

export const multiline = section<MultilineStage>({
  kind: constant('multiline'),
  place: placeField,
  firstLine: needed('firstline', expression),
  linesMax: field('max_lines', unsigned, { fallback: 128 }),
  waitMsMax: field('max_wait_time', goDuration, { fallback: 3000 }),
  trimsNewlines: field('trim_newlines', flag, { fallback: true }),
});

export const decolorize = section<DecolorizeStage>({
  kind: constant('decolorize'),
  place: placeField,
});

export const luhn = section<LuhnStage>({
  kind: constant('luhn'),
  place: placeField,
  replacement: field('replacement', text, { fallback: '**REDACTED**' }),
  source: field('source', optionalText),
  lengthMin: field('min_length', unsigned, { fallback: 13 }),
  delimiters: field('delimiters', text),
});

const truncateRule = section<TruncateStage['rules'][number]>({
  sourceType: field(
    'source_type',
    anyCase(['line', 'label', 'structured_metadata', 'extracted'] as const, 'line'),
  ),
  sources: field('sources', list(text)),
  limitBytes: needed('limit', byteSize),
  suffix: field('suffix', text),
});

export const truncate = section<TruncateStage>({
  kind: constant('truncate'),
  place: placeField,
  rules: needed('rule', list(truncateRule)),
});
