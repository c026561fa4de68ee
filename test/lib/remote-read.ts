// Reads the answers of remote read as a client would: messages, frames and chunks, back to samples.
import { crc32c } from '#lib/crc32c.ts';
import { ProtobufReader } from '#lib/protobuf-reader.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

export interface WireQuery {
  readonly startMs: number;
  readonly endMs: number;
  /** Type (0 =, 1 !=, 2 =~, 3 !~), name, value. */
  readonly matchers: readonly (readonly [number, string, string])[];
}

export interface ReadHistogram {
  count: number;
  sum: number;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  positiveSpans: number[];
  positiveCounts: number[];
  negativeSpans: number[];
  negativeCounts: number[];
  customBounds: number[];
  hint: number;
}

/** `stale` stands for a stale marker. */
export type ReadSample = readonly [timeMs: number, value: number | 'stale' | ReadHistogram];

/** By `name{label="value"}`, per query. */
export type ReadResult = Record<string, ReadSample[]>;

export function writeReadRequest(
  queries: readonly WireQuery[],
  accepted: readonly number[] = [],
): Uint8Array {
  const writer = new ProtobufWriter();
  for (const { startMs, endMs, matchers } of queries) {
    writer.message(1, () => {
      writer.varint64(1, BigInt(startMs));
      writer.varint64(2, BigInt(endMs));
      for (const [type, name, value] of matchers) {
        writer.message(3, () => {
          writer.varint(1, type);
          writer.text(2, name);
          writer.text(3, value);
        });
      }
    });
  }
  writer.message(2, () => {
    for (const type of accepted) writer.packedVarint64(BigInt(type));
  });
  return writer.finish();
}

type Fields = Record<number, (reader: ProtobufReader) => void>;

function readMessage(reader: ProtobufReader, fields: Fields): void {
  const outer = reader.enter();
  readFields(reader, fields);
  reader.leave(outer);
}

function readFields(reader: ProtobufReader, fields: Fields): void {
  while (reader.at < reader.limit) {
    const field = fields[reader.tag() >>> 3];
    if (field) field(reader);
    else reader.skip();
  }
}

const staleBits = 0x7ff0000000000002n;
const floatOf = (bits: bigint): number | 'stale' =>
  bits === staleBits ? 'stale' : (new Float64Array(BigUint64Array.of(bits).buffer)[0] as number);

function readValue(reader: ProtobufReader): number | 'stale' {
  reader.fixed64();
  return floatOf((BigInt(reader.high) << 32n) | BigInt(reader.low));
}

const readInt = (reader: ProtobufReader): number => {
  reader.varint();
  return (reader.high | 0) * 2 ** 32 + reader.low;
};
const readSigned = (reader: ProtobufReader): number => {
  const value = reader.varint();
  return (value >>> 1) ^ -(value & 1);
};

function readLabel(reader: ProtobufReader): [string, string] {
  const pair: [string, string] = ['', ''];
  readMessage(reader, {
    1: () => {
      pair[0] = reader.text();
    },
    2: () => {
      pair[1] = reader.text();
    },
  });
  return pair;
}

function printLabels(labels: readonly (readonly [string, string])[]): string {
  const name = labels.find(([label]) => label === '__name__')?.[1];
  const others = labels.filter(([label]) => label !== '__name__');
  return `${name}{${others.map(([label, value]) => `${label}="${value}"`).join(',')}}`;
}

/** A ReadResponse, after snappy. */
export function readSamplesResponse(bytes: Uint8Array): ReadResult[] {
  const results: ReadResult[] = [];
  const reader = new ProtobufReader(bytes);
  readFields(reader, {
    1: () => {
      const result: ReadResult = {};
      results.push(result);
      readMessage(reader, { 1: () => readTimeSeries(reader, result) });
    },
  });
  return results;
}

function readTimeSeries(reader: ProtobufReader, result: ReadResult): void {
  const labels: [string, string][] = [];
  const samples: ReadSample[] = [];
  readMessage(reader, {
    1: () => labels.push(readLabel(reader)),
    2: () => {
      let timeMs = 0;
      let value: number | 'stale' = 0;
      readMessage(reader, {
        1: () => {
          value = readValue(reader);
        },
        2: () => {
          timeMs = readInt(reader);
        },
      });
      samples.push([timeMs, value]);
    },
    4: () => samples.push(readHistogram(reader)),
  });
  result[printLabels(labels)] = samples.sort(([a], [b]) => a - b);
}

const emptyHistogram = (): ReadHistogram => ({
  count: 0,
  sum: 0,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positiveSpans: [],
  positiveCounts: [],
  negativeSpans: [],
  negativeCounts: [],
  customBounds: [],
  hint: 0,
});

function readHistogram(reader: ProtobufReader): ReadSample {
  const histogram = emptyHistogram();
  let timeMs = 0;
  const span = (spans: number[]) => () => {
    const pair = [0, 0];
    readMessage(reader, {
      1: () => {
        pair[0] = readSigned(reader);
      },
      2: () => {
        pair[1] = reader.varint();
      },
    });
    spans.push(...pair);
  };
  const doubles = (values: number[]) => () => {
    const outer = reader.enter();
    while (reader.at < reader.limit) values.push(reader.double());
    reader.leave(outer);
  };
  const set = (name: 'count' | 'sum' | 'zeroThreshold' | 'zeroCount') => () => {
    histogram[name] = reader.double();
  };
  readMessage(reader, {
    2: set('count'),
    3: set('sum'),
    4: () => {
      histogram.schema = readSigned(reader);
    },
    5: set('zeroThreshold'),
    7: set('zeroCount'),
    8: span(histogram.negativeSpans),
    10: doubles(histogram.negativeCounts),
    11: span(histogram.positiveSpans),
    13: doubles(histogram.positiveCounts),
    14: () => {
      histogram.hint = reader.varint();
    },
    15: () => {
      timeMs = readInt(reader);
    },
    16: doubles(histogram.customBounds),
  });
  return [timeMs, histogram];
}

/** A stream of frames, each checked by its sum. */
export function readFrames(bytes: Uint8Array): ReadResult[] {
  const results: ReadResult[] = [];
  const frames = new ProtobufReader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  while (frames.at < bytes.length) {
    const size = frames.varint();
    const sum = view.getUint32(frames.at, false);
    const message = bytes.subarray(frames.at + 4, frames.at + 4 + size);
    if (crc32c(message) !== sum) throw new Error('a frame has another checksum');
    frames.at += 4 + size;
    const reader = new ProtobufReader(message);
    let index = 0;
    const labels: [string, string][] = [];
    const samples: ReadSample[] = [];
    readFields(reader, {
      1: () =>
        readMessage(reader, {
          1: () => labels.push(readLabel(reader)),
          2: () => samples.push(...readChunk(reader)),
        }),
      2: () => {
        index = reader.varint();
      },
    });
    results[index] ??= {};
    const result = results[index] as ReadResult;
    const key = printLabels(labels);
    result[key] = [...(result[key] ?? []), ...samples];
  }
  return results;
}

function readChunk(reader: ProtobufReader): ReadSample[] {
  let type = 0;
  let data = new Uint8Array(0);
  readMessage(reader, {
    3: () => {
      type = reader.varint();
    },
    4: () => {
      data = reader.view().slice();
    },
  });
  return type === 1 ? readXorChunk(new BitReader(data)) : readHistogramChunk(new BitReader(data));
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  bits(count: number): bigint {
    let value = 0n;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new Error('a chunk ends early');
      value = (value << 1n) | BigInt((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
  bit(): boolean {
    return this.bits(1) === 1n;
  }
  /** Ones up to the first zero, or `most` of them. */
  ones(most: number): number {
    let count = 0;
    while (count < most && this.bit()) count++;
    return count;
  }
  signed(count: number): number {
    const value = this.bits(count);
    const isNegative = count === 64 ? value >= 1n << 63n : value > 1n << BigInt(count - 1);
    return Number(isNegative ? value - (1n << BigInt(count)) : value);
  }
  uvarint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = Number(this.bits(8));
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
  varint(): number {
    const value = this.uvarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  varbitUint(): number {
    const width = varbitWidths[this.ones(8)] as number;
    return width === 0 ? 0 : Number(this.bits(width));
  }
  varbitInt(): number {
    const width = varbitWidths[this.ones(8)] as number;
    return width === 0 ? 0 : this.signed(width);
  }
}

const varbitWidths = [0, 3, 6, 9, 12, 18, 25, 56, 64];

/** Reads the values of one column of a chunk. */
function xorReader(bits: BitReader): () => number | 'stale' {
  let value: bigint | undefined;
  let leading = 0;
  let significant = 0;
  return () => {
    if (value === undefined) value = bits.bits(64);
    else if (bits.bit()) {
      if (bits.bit()) {
        leading = Number(bits.bits(5));
        significant = Number(bits.bits(6)) || 64;
      }
      value ^= bits.bits(significant) << BigInt(64 - leading - significant);
    }
    return floatOf(value);
  };
}

function readXorChunk(bits: BitReader): ReadSample[] {
  const count = Number(bits.bits(16));
  const next = xorReader(bits);
  let timeMs = 0;
  let delta = 0;
  return Array.from({ length: count }, (_, i): ReadSample => {
    if (i === 0) timeMs = bits.varint();
    else {
      delta = i === 1 ? bits.uvarint() : delta + readTimeChange(bits);
      timeMs += delta;
    }
    return [timeMs, next()];
  });
}

const readTimeChange = (bits: BitReader): number => {
  const width = [0, 14, 17, 20, 64][bits.ones(4)] as number;
  return width === 0 ? 0 : bits.signed(width);
};

function readHistogramChunk(bits: BitReader): ReadSample[] {
  const count = Number(bits.bits(16));
  const header = Number(bits.bits(8));
  const threshold = Number(bits.bits(8));
  const float = (): number => floatOf(bits.bits(64)) as number;
  const zeroThreshold = threshold === 0 ? 0 : threshold === 255 ? float() : 2 ** (threshold - 244);
  const schema = bits.varbitInt();
  const spans = (): number[] =>
    Array.from({ length: bits.varbitUint() }, () => {
      const length = bits.varbitUint();
      return [bits.varbitInt(), length];
    }).flat();
  const [positiveSpans, negativeSpans] = [spans(), spans()];
  const bound = (): number => {
    const thousandths = bits.varbitUint();
    return thousandths === 0 ? float() : (thousandths - 1) / 1000;
  };
  const customBounds = schema === -53 ? Array.from({ length: bits.varbitUint() }, bound) : [];
  const buckets = (of: number[]): number => of.reduce((sum, one, i) => sum + (i % 2 ? one : 0), 0);
  const positive = buckets(positiveSpans);
  const columns = Array.from({ length: 3 + positive + buckets(negativeSpans) }, () =>
    xorReader(bits),
  );
  let timeMs = 0;
  let delta = 0;
  return Array.from({ length: count }, (_, i): ReadSample => {
    if (i === 0) timeMs = bits.varbitInt();
    else {
      delta += bits.varbitInt();
      timeMs += delta;
    }
    const [total = 0, zeroCount = 0, sum = 0, ...counts] = columns.map((next) => next() as number);
    const hint = header === 0xc0 ? 3 : i > 0 ? 2 : header === 0x80 ? 1 : 0;
    return [
      timeMs,
      {
        count: total,
        sum,
        schema,
        zeroThreshold,
        zeroCount,
        positiveSpans,
        positiveCounts: counts.slice(0, positive),
        negativeSpans,
        negativeCounts: counts.slice(positive),
        customBounds,
        hint,
      },
    ];
  });
}
