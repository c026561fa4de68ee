// `cri`: the format of containerd and CRI-O: `time stream P|F line`. P is a piece, F the end of a line.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
import type { CriStage } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageEntry } from './definition.ts';
import { PartialLines } from './partial-lines.ts';
import { parseRfc3339 } from './rfc3339.ts';
import { compileTimeFormat } from './time-format.ts';
import { createFudge } from './timestamp.ts';
import { byteLength, cutBytes, labelsKey } from './value.ts';

export const cri = defineStage<CriStage>({
  kind: 'cri',
  doc: 'Reads lines of containerd and CRI-O: time, stream and text; joins lines in pieces.',
  example: '- cri:',
  prepare: ({ partialLinesMax, partialLineBytesMax, cutsPartialLine }) => {
    if (partialLinesMax < 1) throw invalid('`max_partial_lines` has to be at least 1');
    const bytesMax = cutsPartialLine ? partialLineBytesMax : 0;
    const shorten = (line: string): string =>
      bytesMax > 0 && byteLength(line) > bytesMax ? cutBytes(line, bytesMax) : line;
    return (context, next) => {
      const { clock, onFailure } = context;
      const partial = new PartialLines(next, context);
      const readTime = compileTimeFormat('RFC3339Nano', undefined, clock);
      const settle = createFudge();
      return (entry) => {
        const flags = read(entry);
        if (flags === undefined) {
          onFailure('cri');
          settle(entry, undefined);
          next(entry);
          return;
        }
        const time = entry.extracted.get('time') as string;
        settle(entry, parseRfc3339(time) ?? readTime(time));
        if (flags === 'P') {
          const key = labelsKey(entry.labels);
          if (partial.size >= partialLinesMax) partial.handOn();
          const joined = partial.joined(key, entry);
          joined.line = shorten(joined.line);
          partial.keep(key, joined);
        } else if (partial.size === 0) next(entry);
        else {
          const joined = partial.joined(labelsKey(entry.labels), entry);
          joined.line = shorten(joined.line);
          next(joined);
        }
      };
    };
  },
});

/** Takes the line apart; the flags, or undefined when it is no such line. */
function read(entry: StageEntry): string | undefined {
  const { line, extracted } = entry;
  const timeEnd = line.indexOf(' ');
  const streamEnd = timeEnd < 1 ? -1 : line.indexOf(' ', timeEnd + 1);
  const flagsEnd = streamEnd < 0 ? -1 : line.indexOf(' ', streamEnd + 1);
  if (flagsEnd <= streamEnd + 1) return undefined;
  const stream = line.slice(timeEnd + 1, streamEnd);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const flags = line.slice(streamEnd + 1, flagsEnd);
  const content = line.slice(flagsEnd + 1);
  extracted.set('time', line.slice(0, timeEnd));
  extracted.set('stream', stream);
  extracted.set('flags', flags);
  extracted.set('content', content);
  entry.labels.set('stream', stream);
  entry.line = content;
  return flags;
}
