// What a template function is: its words and what it does. Arguments are checked against their types
// before it is called, as Go does; the piped value is the last one.
import type { GoFunction } from '#lib/gotemplate/value.ts';

export interface TemplateFunction {
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  readonly evaluate: GoFunction;
}

/** The line that a template is executed for. */
export interface TemplateLine {
  line: string;
  timeNano: bigint;
}
