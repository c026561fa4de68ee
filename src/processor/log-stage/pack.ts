// `pack`: labels and values go into the line, as JSON that LogQL's `unpack` takes apart.
import type { PackStage } from '#pipeline/log/stage-config.ts';
import { defineStage } from './definition.ts';
import { textOf } from './value.ts';

export const pack = defineStage<PackStage>({
  kind: 'pack',
  doc: 'Packs labels and values with the line into JSON; the labels go away.',
  example: '- pack:\n    labels: [pod, container]',
  prepare: ({ labels, usesIngestTime }) => {
    const wanted = [...new Set(labels)].sort();
    return ({ clock }, next) =>
      (entry) => {
        const packed: string[] = [];
        for (const name of wanted) {
          const text = textOf(entry.extracted.get(name)) ?? entry.labels.get(name);
          if (text === undefined) continue;
          packed.push(`${quoted(name)}:${quoted(text)}`);
          entry.labels.delete(name);
        }
        packed.push(`"_entry":${quoted(entry.line)}`);
        entry.line = `{${packed.join(',')}}`;
        if (usesIngestTime) entry.timeNano = clock.nowNano();
        next(entry);
      };
  },
});

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** As Go writes JSON, byte for byte: tails of HTML are escaped. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes[char] as string);
