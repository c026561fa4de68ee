// `docker`: lines of Docker's json-file: `{"log":"…\n","stream":"stdout","time":"…"}`.
// https://docs.docker.com/engine/logging/drivers/json-file/
import { fieldOf } from '#lib/jmespath/value.ts';
import type { DockerStage } from '#pipeline/log/stage-config.ts';
import { defineStage, type StageEntry } from './definition.ts';
import { parseObject } from './json.ts';
import { PartialLines } from './partial-lines.ts';
import { compileTimeFormat } from './time-format.ts';
import { createFudge } from './timestamp.ts';
import { byteLength, type ExtractedValue, labelsKey, labelTextOf, textOf } from './value.ts';

/** Docker cuts longer lines into pieces of exactly this size; only the last ends with a line break. */
const pieceBytes = 16_384;
/** Streams with a line in pieces, per stage. */
export const dockerPartialLinesMax = 100;
/** A line that is longer is handed on as far as it is there. */
export const dockerLineBytesMax = 2_097_152;

export const docker = defineStage<DockerStage>({
  kind: 'docker',
  doc: "Reads lines of Docker's json-file: time, stream and text; joins lines in pieces.",
  example: '- docker:',
  prepare: () => (context, next) => {
    const { clock, onFailure } = context;
    const partial = new PartialLines(next, context);
    const readTime = compileTimeFormat('RFC3339Nano', undefined, clock);
    const settle = createFudge();
    return (entry) => {
      const time = read(entry);
      settle(entry, time === undefined ? undefined : readTime(time));
      if (time === undefined) onFailure('docker');
      if (partial.size === 0 && !isPiece(entry.line)) {
        next(entry);
        return;
      }
      const key = labelsKey(entry.labels);
      const isLast = !isPiece(entry.line);
      const joined = partial.joined(key, entry);
      if (isLast || byteLength(joined.line) >= dockerLineBytesMax) {
        next(joined);
        return;
      }
      if (partial.size >= dockerPartialLinesMax) partial.handOn();
      partial.keep(key, joined);
    };
  },
});

const isPiece = (line: string): boolean =>
  line.length <= pieceBytes &&
  line.length * 3 >= pieceBytes &&
  !line.endsWith('\n') &&
  byteLength(line) === pieceBytes;

/** Takes the line apart; the text of its time, undefined when it has none. */
function read(entry: StageEntry): string | undefined {
  const { extracted, labels } = entry;
  const object = parseObject(entry.line);
  if (object === undefined) return undefined;
  // Docker writes texts; anything deeper is not from there, and as good as none.
  const field = (name: string): ExtractedValue => {
    const value = fieldOf(object, name);
    return typeof value === 'object' ? null : value;
  };
  const [log, stream, time] = [field('log'), field('stream'), field('time')];
  extracted.set('output', log);
  extracted.set('stream', stream);
  extracted.set('timestamp', time);
  const label = labelTextOf(stream);
  if (label !== undefined) labels.set('stream', label);
  const text = textOf(log);
  if (text !== undefined) entry.line = text;
  return textOf(time);
}
