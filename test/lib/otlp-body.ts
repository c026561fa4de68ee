// Pre-encoded OTLP bodies whose times, trace ids and request ids can be set again in place, so that a
// sender costs next to nothing, no two bodies hold the same identity and no two lines the same text. The places are found by encoding
// twice with different stamps and looking where the bytes differ.
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

export type BodyKind = 'spans' | 'logs' | 'samples';

export interface Body {
  readonly bytes: Buffer;
  readonly items: number;
  /** Sets times around `unixMs` and, for spans and logs, trace ids made of `sequence`. */
  stamp(sequence: number, unixMs: number): void;
  /** The same with bytes of its own. */
  clone(): Body;
}

/** What a body varies in: 8 bytes of time, 16 of trace id, 12 of a token in text. */
interface Stamp {
  readonly time: bigint;
  readonly traceId: Buffer;
  readonly token: string;
}

const stampA: Stamp = {
  time: 0x1111111111111111n,
  traceId: Buffer.alloc(16, 0x11),
  token: 'a'.repeat(12),
};
const stampB: Stamp = {
  time: 0x6666666666666666n,
  traceId: Buffer.alloc(16, 0x66),
  token: 'f'.repeat(12),
};

interface BodyPlan {
  readonly items: number;
  readonly part: number;
  readonly hasNeedle: boolean;
  readonly stamp: Stamp;
}

const encoders: Record<BodyKind, (plan: BodyPlan) => Uint8Array> = {
  spans: encodeSpans,
  logs: encodeLogs,
  samples: encodeSamples,
};

export const spansPerTrace = 8;

/** `part` chooses which series, streams or services the body speaks of. */
export function createBody(kind: BodyKind, items: number, part: number, hasNeedle = false): Body {
  const bytes = Buffer.from(encoders[kind]({ items, part, hasNeedle, stamp: stampA }));
  const other = encoders[kind]({ items, part, hasNeedle, stamp: stampB });
  const times: number[] = [];
  const traceIds: number[] = [];
  const tokens: number[] = [];
  const placesOfLength: Record<number, number[]> = { 8: times, 12: tokens, 16: traceIds };
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === other[at]) {
      at++;
      continue;
    }
    let end = at;
    while (bytes[end] !== other[end]) end++;
    (placesOfLength[end - at] as number[]).push(at);
    at = end;
  }
  return bodyOf({ kind, bytes, items, times, traceIds, tokens });
}

interface BodyParts {
  readonly kind: BodyKind;
  readonly bytes: Buffer;
  readonly items: number;
  /** Where in the bytes what is to be set begins. */
  readonly times: readonly number[];
  readonly traceIds: readonly number[];
  readonly tokens: readonly number[];
}

function bodyOf(parts: BodyParts): Body {
  const { kind, bytes, items, times, traceIds, tokens } = parts;
  const perItem = times.length / items;
  return {
    bytes,
    items,
    clone: () => bodyOf({ ...parts, bytes: Buffer.from(bytes) }),
    stamp(sequence, unixMs) {
      const base = BigInt(unixMs) * 1_000_000n;
      for (let i = 0; i < times.length; i++) {
        const item = Math.floor(i / perItem);
        const at = times[i] as number;
        if (kind === 'samples') {
          // Samples of one body share their time; the second place is the counter's value.
          if (i % 2 === 0) bytes.writeBigUInt64LE(base, at);
          else bytes.writeDoubleLE(counterValue(sequence, item), at);
        } else {
          // Spans and lines are a microsecond apart; spans last 5 ms.
          bytes.writeBigUInt64LE(base + BigInt(item * 1000 + (i % perItem) * 5_000_000), at);
        }
      }
      for (let i = 0; i < traceIds.length; i++) {
        writeTraceId(bytes, traceIds[i] as number, sequence, Math.floor(i / spansPerTrace));
      }
      for (let i = 0; i < tokens.length; i++) writeToken(bytes, tokens[i] as number, sequence, i);
    },
  };
}

/** Trace `index` of body `sequence`: scattered like random ids, but known again. */
export function traceIdOf(sequence: number, index: number): string {
  const bytes = Buffer.alloc(16);
  writeTraceId(bytes, 0, sequence, index);
  return bytes.toString('hex');
}

function writeTraceId(bytes: Buffer, at: number, sequence: number, index: number): void {
  let state = (Math.imul(sequence + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  for (let word = 0; word < 2; word++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
    bytes.writeUInt32LE(state, at + word * 4);
  }
  bytes.writeUInt32LE(sequence >>> 0, at + 8);
  bytes.writeUInt32LE(index + 1, at + 12);
}

const hexDigits = Buffer.from('0123456789abcdef');

function writeToken(bytes: Buffer, at: number, sequence: number, index: number): void {
  let state = (Math.imul(sequence + 7, 0x9e3779b1) ^ Math.imul(index + 3, 0x85ebca6b)) >>> 0;
  for (let digit = 0; digit < 12; digit++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at + digit] = hexDigits[state >>> 28] as number;
  }
}

/** Grows by its own pace per item, with some noise, as counters of real services do. */
function counterValue(sequence: number, item: number): number {
  const noise = (Math.imul(sequence * 31 + item + 1, 0x9e3779b1) >>> 0) % 7;
  return sequence * (3 + (item % 50)) + noise;
}

const service = (index: number): string => `service-${String(index).padStart(2, '0')}`;

function writeAttribute(
  writer: ProtobufWriter,
  field: number,
  key: string,
  value: string | number,
) {
  writer.message(field, () => {
    writer.text(1, key);
    writer.message(2, () => {
      if (typeof value === 'string') writer.text(1, value);
      else writer.varint(3, value);
    });
  });
}

function writeResource(writer: ProtobufWriter, name: string): void {
  writer.message(1, () => {
    writeAttribute(writer, 1, 'service.name', name);
    writeAttribute(writer, 1, 'service.namespace', 'bench');
    writeAttribute(writer, 1, 'service.instance.id', `${name}-0`);
    writeAttribute(writer, 1, 'host.name', 'node-1.example.internal');
    writeAttribute(writer, 1, 'telemetry.sdk.language', 'nodejs');
  });
}

/** Resource and scope around `write`. */
function inScope(name: string, write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writeResource(writer, name);
    writer.message(2, () => {
      writer.message(1, () => {
        writer.text(1, 'bench');
        writer.text(2, '1.0.0');
      });
      write(writer);
    });
  });
  return writer.finish();
}

const routes = ['/cart', '/checkout', '/products/:id', '/users/:id', '/search', '/orders/:id'];
const methods = ['GET', 'POST', 'PUT'];
const spanId = (index: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(Math.imul(index + 1, 0x9e3779b1) >>> 0, 0);
  bytes.writeUInt32LE(index + 1, 4);
  return bytes;
};

function encodeSpans({ items, part, stamp }: BodyPlan): Uint8Array {
  return inScope(service(part % 10), (writer) => {
    for (let i = 0; i < items; i++) {
      const route = routes[(i + part) % routes.length] as string;
      writer.message(2, () => {
        writer.bytes(1, stamp.traceId);
        writer.bytes(2, spanId(i));
        if (i % spansPerTrace !== 0) writer.bytes(4, spanId(i - 1));
        writer.text(5, `${methods[i % 3]} ${route}`);
        writer.varint(6, 2 + (i % 2));
        writer.fixed64(7, stamp.time);
        writer.fixed64(8, stamp.time);
        writeAttribute(writer, 9, 'http.request.method', methods[i % 3] as string);
        writeAttribute(writer, 9, 'http.route', route);
        writeAttribute(writer, 9, 'http.response.status_code', i % 50 === 0 ? 500 : 200);
        writeAttribute(writer, 9, 'server.address', `10.0.${part % 4}.${i % 16}`);
        writeAttribute(writer, 9, 'server.port', 8080);
        writeAttribute(writer, 9, 'user_agent.original', 'bench/1.0 (linux; x64)');
        writeAttribute(writer, 9, 'url.path', `/api${route.replace(':id', stamp.token)}`);
        writeAttribute(writer, 9, 'customer.tier', i % 3 === 0 ? 'gold' : 'standard');
        if (i % 50 === 0) writer.message(15, () => writer.varint(3, 2));
      });
    }
  });
}

const levels = ['INFO', 'INFO', 'INFO', 'INFO', 'WARN', 'DEBUG', 'INFO', 'ERROR'];
const levelNumbers: Record<string, number> = { DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17 };

/** In the first line of a body that was made with `hasNeedle`, and nowhere else. */
export const needle = 'needle4711haystack';

function encodeLogs({ items, part, hasNeedle, stamp }: BodyPlan): Uint8Array {
  return inScope(service(part % 20), (writer) => {
    for (let i = 0; i < items; i++) {
      const level = levels[(i * 31 + part) % levels.length] as string;
      writer.message(2, () => {
        writer.fixed64(1, stamp.time);
        writer.varint(2, levelNumbers[level] as number);
        writer.text(3, level);
        writer.message(5, () => {
          const route = routes[(i + part) % routes.length] as string;
          const text = `level=${level.toLowerCase()} msg="request completed" method=${methods[i % 3]} path=/api${route} status=${i % 50 === 0 ? 500 : 200} duration=${(i * 37) % 900}ms request_id=${stamp.token} remote=10.0.${part % 4}.${i % 250} bytes=${(i * 7919) % 100000} user_agent="Mozilla/5.0 (X11; Linux x86_64) bench"`;
          writer.text(1, hasNeedle && i === 0 ? `${text} ${needle}` : text);
        });
        writeAttribute(writer, 6, 'thread.name', `worker-${i % 8}`);
        writeAttribute(writer, 6, 'code.function', 'handleRequest');
        writer.bytes(9, stamp.traceId);
        writer.bytes(10, spanId(i));
      });
    }
  });
}

function encodeSamples({ items, part, stamp }: BodyPlan): Uint8Array {
  return inScope(service(part % 20), (writer) => {
    writer.message(2, () => {
      writer.text(1, 'bench.requests');
      writer.text(3, '1');
      writer.message(7, () => {
        writer.varint(2, 2);
        writer.varint(3, 1);
        for (let i = 0; i < items; i++) {
          writer.message(1, () => {
            writer.fixed64(3, stamp.time);
            writer.fixed64(4, stamp.time);
            writeAttribute(writer, 7, 'http.request.method', methods[i % 3] as string);
            writeAttribute(writer, 7, 'http.route', routes[i % routes.length] as string);
            writeAttribute(writer, 7, 'http.response.status_code', i % 50 === 0 ? 500 : 200);
            writeAttribute(writer, 7, 'server.address', `10.0.${part}.${i}`);
            writeAttribute(writer, 7, 'zone', `zone-${i % 3}`);
          });
        }
      });
    });
  });
}
