// `| line_format "{{.method}} {{.path}}"` replaces the line.
import type { LineFormat } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { defineStage } from './definition.ts';
import { compileTemplate } from './template.ts';

export const lineFormat = defineStage<LineFormat>({
  kind: 'line-format',
  name: 'line_format',
  doc: 'Replaces the line by a text made of labels.',
  example: '| line_format "{{.method}} {{.path}}"',
  changes: { line: true },
  evaluate: (stage) => {
    const render = compileTemplate(
      stage.template,
      stage.span,
      `stage '${printStage(stage)}' : invalid line template: template: line:1: `,
    );
    return (entry) => {
      entry.line = render(entry);
      return true;
    };
  },
});
