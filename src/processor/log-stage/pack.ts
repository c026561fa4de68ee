// `pack`: labels and values go into the line, as JSON that LogQL's `unpack` takes apart.
import type { PackStage } from '#pipeline/log/stage-config.ts';
import { defineStage } from './definition.ts';
import { goJson } from './go-json.ts';
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
          packed.push(`${goJson(name)}:${goJson(text)}`);
          entry.labels.delete(name);
        }
        packed.push(`"_entry":${goJson(entry.line)}`);
        entry.line = `{${packed.join(',')}}`;
        if (usesIngestTime) entry.timeNano = clock.nowNano();
        next(entry);
      };
  },
});
