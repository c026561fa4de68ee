// Every function of line_format and label_format, beside those of Go itself.
// https://grafana.com/docs/loki/latest/query/template_functions/
import { GoTime } from '#lib/gotemplate/time.ts';
import { type GoFunction, goFunction } from '#lib/gotemplate/value.ts';
import type { TemplateFunction, TemplateLine } from './definition.ts';
import { deprecatedFunctions } from './deprecated.ts';
import { encodingFunctions } from './encoding.ts';
import { mathFunctions } from './math.ts';
import { regexFunctions } from './regex.ts';
import { textFunctions } from './text.ts';
import { timeFunctions } from './time.ts';
import { unitFunctions } from './unit.ts';

/** All that need no line. */
export const templateFunctions: readonly TemplateFunction[] = [
  ...textFunctions,
  ...regexFunctions,
  ...mathFunctions,
  ...timeFunctions(),
  ...encodingFunctions,
  ...unitFunctions,
  ...deprecatedFunctions,
];

const lineFunctions = (entry: TemplateLine): readonly TemplateFunction[] => [
  {
    name: '__line__',
    doc: 'The line.',
    example: '{{ __line__ | lower }}',
    evaluate: goFunction([], () => entry.line),
  },
  {
    name: '__timestamp__',
    doc: 'The time of the line.',
    example: '{{ __timestamp__ | date "15:04:05.000" }}',
    evaluate: goFunction([], () => new GoTime(entry.timeNano)),
  },
];

/** By name, for a template that is executed for whatever line `entry` holds then. */
export const functionsFor = (entry: TemplateLine): Readonly<Record<string, GoFunction>> =>
  Object.fromEntries(
    [...templateFunctions, ...lineFunctions(entry)].map(({ name, evaluate }) => [name, evaluate]),
  );
