// Templates of rules: Go's, with the functions of Prometheus. A template that asks for a query is
// executed again when the answer is there, so that execution itself never waits.
import { BugError, InputError, messageOf } from '#lib/errors.ts';
import { parseTemplate, type Template } from '#lib/gotemplate/template.ts';
import { GoMap, GoObject, type GoValue } from '#lib/gotemplate/value.ts';
import { Lru } from '#lib/lru.ts';
import type { Labels } from '#query/vector/value.ts';
import { type FunctionContext, templateFunctions } from './functions.ts';
import { queryResultOf, type TemplateSample } from './query-result.ts';

export type TemplateQuery = (expr: string, timeMs: number) => Promise<readonly TemplateSample[]>;

export interface TemplateContext {
  readonly timeMs: number;
  readonly externalUrl: string;
  readonly query: TemplateQuery;
}

export interface ExpandOptions {
  readonly isHtml?: boolean;
  readonly missingKey?: 'default' | 'zero' | 'error';
}

/** Distinct queries that one expansion may ask. */
export const queriesMax = 100;

/** Of the execution that runs now; executions are synchronous. */
let executing: FunctionContext | undefined;

function current(): FunctionContext {
  if (!executing) throw new BugError('BUG: functions are called by executions only');
  return executing;
}

const textFunctions = templateFunctions(current, false);
const htmlFunctions = templateFunctions(current, true);

/** The same templates are expanded for every alert at every evaluation. */
const templates = new Lru<string, Template>(1000);

function parsed(text: string, name: string, isHtml: boolean): Template {
  const key = JSON.stringify([isHtml, name, text]);
  const known = templates.get(key);
  if (known) return known;
  const functions = isHtml ? htmlFunctions : textFunctions;
  const template = parseTemplate(text, { name, functions });
  templates.set(key, template);
  return template;
}

class Unanswered {
  readonly expr: string;
  constructor(expr: string) {
    this.expr = expr;
  }
}

/** Throws InputError `template_parse`, `template_execute`, `template_limit`. */
export async function expandTemplate(
  text: string,
  name: string,
  data: GoValue,
  context: TemplateContext,
  options: ExpandOptions = {},
): Promise<string> {
  const answers = new Map<string, GoValue | Error>();
  const { timeMs, externalUrl } = context;
  const query = (expr: string): GoValue => answerOf(answers, expr);
  const template = prefixed(`error parsing template ${name}`, () =>
    parsed(text, name, options.isHtml ?? false),
  );
  for (;;) {
    executing = { timeMs, externalUrl, query };
    const outcome = executeOnce(template, data, name, options);
    if (typeof outcome === 'string') return outcome;
    if (answers.size >= queriesMax) {
      throw new InputError(
        'template_limit',
        `error executing template ${name}: it asks more than ${queriesMax} queries`,
      );
    }
    answers.set(outcome.expr, await ask(outcome.expr, context));
  }
}

function executeOnce(
  template: Template,
  data: GoValue,
  name: string,
  { isHtml = false, missingKey = 'zero' }: ExpandOptions,
): string | Unanswered {
  try {
    return prefixed(`error executing template ${name}`, () =>
      template.execute(data, { isHtml, missingKey }),
    );
  } catch (thrown) {
    if (thrown instanceof Unanswered) return thrown;
    throw thrown;
  } finally {
    executing = undefined;
  }
}

function answerOf(answers: ReadonlyMap<string, GoValue | Error>, expr: string): GoValue {
  if (!answers.has(expr)) throw new Unanswered(expr);
  const answer = answers.get(expr);
  if (answer instanceof Error) throw answer;
  return answer;
}

async function ask(expr: string, context: TemplateContext): Promise<GoValue | Error> {
  try {
    return queryResultOf(await context.query(expr, context.timeMs));
  } catch (error) {
    return new Error(messageOf(error), { cause: error });
  }
}

function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code, span } = error;
    throw new InputError(code, `${prefix}: ${error.message}`, {
      cause: error,
      ...(span ? { span } : {}),
    });
  }
}

/** What stands before every template of a rule; the columns of messages count it, as Prometheus's do. */
const preamble =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}' +
  '{{$externalURL := .ExternalURL}}{{$value := .Value}}';

export interface AlertTemplateInput {
  readonly labels: Labels;
  readonly externalLabels: Labels;
  /** A histogram as text. */
  readonly value: number | string;
}

class AlertData extends GoObject {
  readonly typeName = 'struct { Labels map[string]string; Value interface {} }';
  readonly #fields: ReadonlyMap<string, GoValue>;
  constructor({ labels, externalLabels, value }: AlertTemplateInput, externalUrl: string) {
    super();
    this.#fields = new Map<string, GoValue>([
      ['Labels', GoMap.ofStrings(labels)],
      ['ExternalLabels', GoMap.ofStrings(externalLabels)],
      ['ExternalURL', externalUrl],
      ['Value', value],
    ]);
  }
  override field(name: string): { readonly value: GoValue } | undefined {
    return this.#fields.has(name) ? { value: this.#fields.get(name) } : undefined;
  }
  override toText(): string {
    return '{…}';
  }
}

const needsExpansion = (text: string): boolean => text.includes('{{');

/** A label or annotation of an alerting rule. Never throws: a failure becomes the text, as always. */
export async function expandAlertText(
  text: string,
  alertName: string,
  input: AlertTemplateInput,
  context: TemplateContext,
): Promise<string> {
  if (!needsExpansion(text)) return text;
  try {
    const data = new AlertData(input, context.externalUrl);
    return await expandTemplate(preamble + text, `__alert_${alertName}`, data, context);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `<error expanding template: ${error.message}>`;
  }
}

/** Throws InputError `template_parse`, with the offset in `text` as span. */
export function checkAlertText(text: string, alertName: string): void {
  if (!needsExpansion(text)) return;
  try {
    parseTemplate(preamble + text, { name: `__alert_${alertName}`, functions: textFunctions });
  } catch (error) {
    if (!(error instanceof InputError) || !error.span) throw error;
    const from = Math.max(0, error.span.from - preamble.length);
    const to = Math.max(from, error.span.to - preamble.length);
    throw new InputError(error.code, error.message, { span: { from, to }, cause: error });
  }
}
