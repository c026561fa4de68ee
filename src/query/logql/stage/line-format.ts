// `| line_format "{{.method}} {{.path}}"` replaces the line. Where the template fails the line stays.
import type { LineFormat } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { compileTemplate } from '../template/compile.ts';
import { defineStage } from './definition.ts';

export const lineFormat = defineStage<LineFormat>({
  kind: 'line-format',
  name: 'line_format',
  doc: 'Replaces the line by a text made of labels.',
  example: '| line_format "{{.method}} {{.path | trunc 20}}"',
  changes: { line: true },
  evaluate: (stage) => {
    const template = compileTemplate(stage.template, {
      name: 'line',
      span: stage.span,
      context: `stage '${printStage(stage)}' : invalid line template: `,
    });
    return (entry) => {
      entry.line = template.render(entry) ?? entry.line;
      return true;
    };
  },
});
