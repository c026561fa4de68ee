// Templates of stages: Go's text/template on the values that were found.
import { messageOf } from '#lib/errors.ts';
import { parseTemplate, type Template } from '#lib/gotemplate/template.ts';
import type { GoValue } from '#lib/gotemplate/value.ts';
import { invalid, type StageEntry, type StageTools } from './definition.ts';
import { stageFunctions } from './template-functions.ts';
import { textOf } from './value.ts';

/** Throws InputError `log_stage_invalid`. */
export function compileTemplate(text: string, { templateFunctions }: StageTools): Template {
  try {
    const functions = { ...stageFunctions, ...templateFunctions };
    return parseTemplate(text, { name: 'pipeline_template', functions });
  } catch (error) {
    throw invalid(`the template is not valid: ${messageOf(error)}`, error);
  }
}

/** All values that are text or can be. */
export function templateValues({ extracted }: StageEntry): Map<string, GoValue> {
  const values = new Map<string, GoValue>();
  for (const [name, value] of extracted) {
    const text = textOf(value);
    if (text !== undefined) values.set(name, text);
  }
  return values;
}
