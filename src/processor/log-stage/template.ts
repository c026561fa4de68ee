// `template`: a value is made of others.

import { GoMap } from '#lib/gotemplate/value.ts';
import type { TemplateStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage, invalid } from './definition.ts';
import { compileTemplate, templateValues } from './template-text.ts';

export const template = defineStage<TemplateStage>({
  kind: 'template',
  doc: 'Makes a value with a Go template; `.Value` is what it was, `.Entry` the line.',
  example: "- template:\n    source: level\n    template: '{{ ToLower .Value }}'",
  prepare: ({ source, template: text }, tools) => {
    if (source === '') throw invalid('template source value is required');
    const compiled = compileTemplate(text, tools);
    return changing('template', (entry) => {
      const values = templateValues(entry);
      const known = values.get(source);
      if (known !== undefined) values.set('Value', known);
      values.set('Entry', entry.line);
      const made = compiled.execute(new GoMap(values));
      if (made === '') entry.extracted.delete(source);
      else entry.extracted.set(source, made);
    });
  },
});
