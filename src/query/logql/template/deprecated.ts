// The older names of functions of texts, with the text in front.
import { type GoFunction, goFunction } from '#lib/gotemplate/value.ts';
import type { TemplateFunction } from './definition.ts';
import {
  replaceText,
  toLower,
  toUpper,
  trimPrefix,
  trimSet,
  trimSpace,
  trimSuffix,
} from './go-text.ts';

const ofText = (change: (text: string) => string): GoFunction =>
  goFunction(['string'], ([text]) => change(text as string));

const withText = (change: (text: string, part: string) => string): GoFunction =>
  goFunction(['string', 'string'], ([text, part]) => change(text as string, part as string));

export const deprecatedFunctions: readonly TemplateFunction[] = [
  {
    name: 'ToLower',
    doc: 'Deprecated: use lower.',
    example: '{{ ToLower .level }}',
    evaluate: ofText(toLower),
  },
  {
    name: 'ToUpper',
    doc: 'Deprecated: use upper.',
    example: '{{ ToUpper .level }}',
    evaluate: ofText(toUpper),
  },
  {
    name: 'Replace',
    doc: 'Deprecated: use replace. The last argument is how many are replaced, -1 for all.',
    example: '{{ Replace .msg "job" "task" -1 }}',
    evaluate: goFunction(
      ['string', 'string', 'string', 'int'],
      ([text, old, by, count], { charge }) =>
        replaceText(
          text as string,
          { old: old as string, by: by as string, count: Number(count) },
          charge,
        ),
    ),
  },
  {
    name: 'Trim',
    doc: 'Deprecated: use trimAll.',
    example: '{{ Trim .price "$€" }}',
    evaluate: withText((text, set) => trimSet(text, set, 'both')),
  },
  {
    name: 'TrimLeft',
    doc: 'A text without certain characters at its start.',
    example: '{{ TrimLeft .number "0" }}',
    evaluate: withText((text, set) => trimSet(text, set, 'left')),
  },
  {
    name: 'TrimRight',
    doc: 'A text without certain characters at its end.',
    example: '{{ TrimRight .number "0" }}',
    evaluate: withText((text, set) => trimSet(text, set, 'right')),
  },
  {
    name: 'TrimPrefix',
    doc: 'Deprecated: use trimPrefix.',
    example: '{{ TrimPrefix .path "/api" }}',
    evaluate: withText(trimPrefix),
  },
  {
    name: 'TrimSuffix',
    doc: 'Deprecated: use trimSuffix.',
    example: '{{ TrimSuffix .host ".local" }}',
    evaluate: withText(trimSuffix),
  },
  {
    name: 'TrimSpace',
    doc: 'Deprecated: use trim.',
    example: '{{ TrimSpace .msg }}',
    evaluate: ofText(trimSpace),
  },
];
