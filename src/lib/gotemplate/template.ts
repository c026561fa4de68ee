// Go's text/template: parse once, execute with any data. It knows no domain: functions come from the
// caller. https://pkg.go.dev/text/template
import { builtins } from './builtin.ts';
import { Execution } from './evaluate.ts';
import type { Limits } from './evaluate-expression.ts';
import type { TemplateNode } from './node.ts';
import { parse } from './parser.ts';
import type { GoFunction, GoValue } from './value.ts';

export interface TemplateOptions {
  /** In messages, and the name of the main template. */
  readonly name: string;
  /** Beside the builtins of Go; one of the same name comes first. */
  readonly functions?: Readonly<Record<string, GoFunction>>;
}

export interface ExecuteOptions extends Partial<Limits> {
  /** What a missing key of a map gives; default `default`, which prints `<no value>`. */
  readonly missingKey?: 'default' | 'zero' | 'error';
  /** Whether values are escaped for HTML; default false. */
  readonly isHtml?: boolean;
}

export const defaultLimits: Limits = { charactersMax: 1 << 20, stepsMax: 1_000_000 };

export interface Template {
  /** The main template, for those who have a faster way for simple ones. */
  readonly nodes: readonly TemplateNode[];
  /** Throws InputError `template_execute` or `template_limit`, and what functions throw of the kind. */
  execute(data: GoValue, options?: ExecuteOptions): string;
}

/** Throws InputError `template_parse`. */
export function parseTemplate(text: string, { name, functions = {} }: TemplateOptions): Template {
  const templates: ReadonlyMap<string, readonly TemplateNode[]> = parse(text, {
    name,
    hasFunction: (called) =>
      called === 'and' ||
      called === 'or' ||
      Object.hasOwn(functions, called) ||
      Object.hasOwn(builtins, called),
  });
  return {
    nodes: templates.get(name) ?? [],
    execute: (data, options = {}) =>
      new Execution({
        missingKey: 'default',
        isHtml: false,
        ...defaultLimits,
        ...options,
        name,
        text,
        templates,
        functions,
      }).run(data),
  };
}
