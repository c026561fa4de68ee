// `| label_format dst=src, other="{{.a}}-{{.b}}"`: renames labels or makes new ones, from left to
// right. All templates of a stage see the labels as they were before the first of them.
import { InputError } from '#lib/errors.ts';
import type { GoMap } from '#lib/gotemplate/value.ts';
import type { LabelAssignment, LabelFormat } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { type CompiledTemplate, compileTemplate, dataOf } from '../template/compile.ts';
import { defineStage } from './definition.ts';
import { type Entry, errorLabel } from './entry.ts';

export const labelFormat = defineStage<LabelFormat>({
  kind: 'label-format',
  name: 'label_format',
  doc: 'Renames labels, or sets them to a text made of others.',
  example: '| label_format status=code, route="{{.method}} {{.path | lower}}"',
  changes: { labels: true },
  evaluate: (stage) => {
    checkNames(stage);
    const steps = stage.assignments.map((one) => compileAssignment(one, stage));
    const templates = steps.filter(({ template }) => template);
    const needsData = templates.length > 1 || templates.some((one) => one.template?.needsData);
    return (entry) => {
      let data: GoMap | undefined;
      for (const { label, source, template } of steps) {
        if (template) {
          data ??= needsData ? dataOf(entry.labels) : undefined;
          set(entry, label, template, data);
        } else entry.labels.rename(source, label);
      }
      return true;
    };
  },
});

interface Step {
  readonly label: string;
  readonly source: string;
  readonly template: CompiledTemplate | undefined;
}

function compileAssignment({ label, source }: LabelAssignment, stage: LabelFormat): Step {
  if ('label' in source) return { label, source: source.label, template: undefined };
  const template = compileTemplate(source.template, {
    name: 'label',
    span: stage.span,
    context: `stage '${printStage(stage)}' : invalid template for label '${label}': `,
  });
  return { label, source: '', template };
}

function set(entry: Entry, label: string, template: CompiledTemplate, data?: GoMap): void {
  const text = template.render(entry, data);
  if (text !== undefined) entry.labels.set(label, text);
}

function checkNames(stage: LabelFormat): void {
  const names = stage.assignments.map(({ label }) => label);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  const problem = names.includes(errorLabel)
    ? `${errorLabel} cannot be formatted`
    : twice !== undefined
      ? `multiple label name '${twice}' not allowed in a single format operation`
      : undefined;
  if (problem === undefined) return;
  throw new InputError('logql_parse', `parse error : stage '${printStage(stage)}' : ${problem}`, {
    span: stage.span,
  });
}
