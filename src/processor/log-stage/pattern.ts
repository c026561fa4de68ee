// `pattern`: what stands between the literals of a LogQL pattern becomes values.
import { messageOf } from '#lib/errors.ts';
import type { PatternStage } from '#pipeline/log/stage-config.ts';
import { changing, defineStage, invalid } from './definition.ts';
import { setLabel } from './regex.ts';
import { checkSource, sourceText } from './source.ts';

export const pattern = defineStage<PatternStage>({
  kind: 'pattern',
  doc: 'Takes what stands between the literals of a LogQL pattern.',
  example: 'stage.pattern { pattern = "<ip> - <_> <status>" }',
  prepare: ({ pattern: text, source, setsLabels }, { compilePattern }) => {
    if (text === '') throw invalid('pattern is required');
    checkSource(source);
    const capture = compile(text, compilePattern);
    return changing('pattern', (entry) => {
      const input = sourceText(entry, source);
      if (input === undefined) return;
      for (const [name, value] of capture(input)) {
        entry.extracted.set(name, value);
        if (setsLabels) setLabel(entry, name, value);
      }
    });
  },
});

function compile<Capture>(text: string, compilePattern: (pattern: string) => Capture): Capture {
  try {
    return compilePattern(text);
  } catch (error) {
    throw invalid(`failed to parse pattern: ${messageOf(error)}`, error);
  }
}
