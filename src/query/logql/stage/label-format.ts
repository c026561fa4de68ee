// `| label_format dst=src, other="{{.a}}-{{.b}}"`: renames labels or makes new ones.
import { InputError } from '#lib/errors.ts';
import type { LabelFormat } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { defineStage } from './definition.ts';
import { errorLabel, type StageRun } from './entry.ts';
import { compileTemplate } from './template.ts';

export const labelFormat = defineStage<LabelFormat>({
  kind: 'label-format',
  name: 'label_format',
  doc: 'Renames labels, or sets them to a text made of others.',
  example: '| label_format status=code, route="{{.method}} {{.path}}"',
  changes: { labels: true },
  evaluate: (stage) => {
    const names = stage.assignments.map(({ label }) => label);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (names.includes(errorLabel)) {
      throw new InputError(
        'logql_parse',
        `parse error : stage '${printStage(stage)}' : ${errorLabel} cannot be formatted`,
        { span: stage.span },
      );
    }
    if (twice !== undefined) {
      throw new InputError(
        'logql_parse',
        `parse error : stage '${printStage(stage)}' : multiple label name '${twice}' not allowed in a single format operation`,
        { span: stage.span },
      );
    }
    const runs = stage.assignments.map(({ label, source }): StageRun => {
      if ('label' in source) {
        return ({ labels }) => {
          const value = labels.get(source.label);
          if (value !== undefined) labels.set(label, value);
          if (value !== undefined) labels.delete(source.label);
          return true;
        };
      }
      const render = compileTemplate(
        source.template,
        stage.span,
        `stage '${printStage(stage)}' : invalid template for label '${label}': template: label:1: `,
      );
      return (entry) => {
        entry.labels.set(label, render(entry));
        return true;
      };
    });
    return (entry) => {
      for (const run of runs) run(entry);
      return true;
    };
  },
});
