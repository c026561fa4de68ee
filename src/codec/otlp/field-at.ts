// Names the field at an offset of an export request, for the sender of a malformed one:
// `resource_spans[0].scope_spans[2].spans[7].attributes[0]`.

import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import type { Signal } from '#model/batch.ts';
import { exportRequests, type MessageType } from './schema.ts';

export function fieldAt(signal: Signal, bytes: Uint8Array, offset: number): string {
  const path: string[] = [];
  try {
    descend(new ProtobufReader(bytes), exportRequests[signal], offset, path);
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
  }
  return path.length === 0 ? 'the request' : path.join('.');
}

/** Walks into every message that holds the offset; what is malformed ends the walk. */
function descend(reader: ProtobufReader, type: MessageType, offset: number, path: string[]): void {
  const counts = new Map<number, number>();
  while (reader.at < reader.limit && reader.at <= offset) {
    const tag = reader.tag();
    const number = tag >>> 3;
    const field = type.byNumber.get(number);
    const count = counts.get(number) ?? 0;
    counts.set(number, count + 1);
    const name = field?.name ?? `field ${number}`;
    path.push(field?.isRepeated ? `${name}[${count}]` : name);
    const start = reader.at;
    reader.skip();
    if (reader.at > offset) {
      if (typeof field?.type !== 'object' || field.type.kind !== 'message' || (tag & 7) !== 2)
        return;
      reader.at = start;
      const outer = reader.enter();
      descend(reader, field.type, offset, path);
      reader.leave(outer);
      return;
    }
    path.pop();
  }
}
