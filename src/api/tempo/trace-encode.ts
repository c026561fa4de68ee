// Spans of one trace as OTLP, in protobuf and JSON. A trace can have a hundred thousand spans: they are
// encoded piece by piece, with turns for other requests between. Resources are named once per piece.
import { encodeTraces } from '#codec/otlp/encode-traces.ts';
import { tracesToJson } from '#codec/otlp/encode-traces-json.ts';
import { createTurns, runInPieces } from '#lib/turns.ts';
import type { StoredSpan } from '#model/stored-span.ts';

const spansPerPiece = 2_000;

export interface TraceEncoder {
  /** tempopb.Trace, which is OTLP's TracesData. */
  protobuf(spans: readonly StoredSpan[]): Promise<Uint8Array>;
  /** The JSON text of the list of ResourceSpans. */
  json(spans: readonly StoredSpan[]): Promise<string>;
}

export function createTraceEncoder(): TraceEncoder {
  const turns = createTurns();
  const encode = <T>(
    spans: readonly StoredSpan[],
    work: (piece: readonly StoredSpan[]) => T,
  ): Promise<T[]> => runInPieces(turns, spans, spansPerPiece, work);
  return {
    // Messages one after the other are one message: their lists are joined.
    protobuf: async (spans) => Buffer.concat(await encode(spans, encodeTraces)),
    json: async (spans) => {
      const parts = await encode(spans, (piece) =>
        tracesToJson(piece).map((r) => JSON.stringify(r)),
      );
      return `[${parts.flat().join(',')}]`;
    },
  };
}
