// A template, parsed once per query, as a function from an entry to a text. Templates of labels and
// text alone are put together without executing anything.
import { InputError, type TextSpan } from '#lib/errors.ts';
import type { TemplateNode } from '#lib/gotemplate/node.ts';
import { parseTemplate, type Template } from '#lib/gotemplate/template.ts';
import { GoMap } from '#lib/gotemplate/value.ts';
import type { Entry, EntryLabels } from '../stage/entry.ts';
import type { TemplateLine } from './definition.ts';
import { functionsFor } from './index.ts';

export interface TemplateOptions {
  /** In messages of the template itself. */
  readonly name: 'line' | 'label';
  readonly span: TextSpan;
  /** What stands in front of what is wrong with it. */
  readonly context: string;
}

/** For one line; there may be millions. */
const limits = { charactersMax: 1 << 20, stepsMax: 100_000 };

export interface CompiledTemplate {
  /** The text; undefined when it failed, and then the labels are marked. */
  render(entry: Entry, data?: GoMap): string | undefined;
  /** Whether `render` wants `data`. */
  readonly needsData: boolean;
}

/** Throws InputError `logql_parse`. */
export function compileTemplate(text: string, options: TemplateOptions): CompiledTemplate {
  const line: TemplateLine = { line: '', timeNano: 0n };
  const template = parse(text, options, line);
  const simple = simpleParts(template.nodes);
  if (simple) return { needsData: false, render: (entry, data) => joinParts(simple, entry, data) };
  return {
    needsData: true,
    render: (entry, data = dataOf(entry.labels)) => {
      line.line = entry.line;
      line.timeNano = entry.timeNano;
      return execute(template, data, entry.labels);
    },
  };
}

/** The labels as templates see them: what is missing is empty. */
export const dataOf = (labels: EntryLabels): GoMap =>
  new GoMap(new Map(labels.entries()), { typeName: 'map[string]string', zero: '' });

function parse(text: string, { name, span, context }: TemplateOptions, line: TemplateLine) {
  try {
    return parseTemplate(text, { name, functions: functionsFor(line) });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError('logql_parse', `parse error : ${context}${error.message}`, {
      span,
      cause: error,
    });
  }
}

function execute(template: Template, data: GoMap, labels: EntryLabels): string | undefined {
  try {
    return template.execute(data, { missingKey: 'zero', ...limits });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    labels.fail('TemplateFormatErr', error.message);
    return undefined;
  }
}

type Part = { readonly text: string } | { readonly label: string } | { readonly line: true };

/** Undefined when there is more to it than text, labels and the line. */
function simpleParts(nodes: readonly TemplateNode[]): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const node of nodes) {
    const part = node.kind === 'text' ? { text: node.text } : simpleAction(node);
    if (!part) return undefined;
    parts.push(part);
  }
  return parts;
}

function simpleAction(node: TemplateNode): Part | undefined {
  if (node.kind !== 'action') return undefined;
  const { declares, commands } = node.pipeline;
  const [command] = commands;
  const [operand] = command?.args ?? [];
  if (declares.length > 0 || commands.length !== 1 || command?.args.length !== 1) return undefined;
  if (operand?.kind === 'identifier' && operand.name === '__line__') return { line: true };
  if (operand?.kind !== 'field' || operand.names.length !== 1) return undefined;
  return { label: operand.names[0] as string };
}

function joinParts(parts: readonly Part[], { line, labels }: Entry, data?: GoMap): string {
  let text = '';
  for (const part of parts) {
    if ('text' in part) text += part.text;
    else if ('line' in part) text += line;
    else text += (data ? data.entries.get(part.label) : labels.get(part.label)) ?? '';
  }
  return text;
}
