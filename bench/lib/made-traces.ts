// Made-up traces like those of a shop with twelve services, the same in every run: eight spans each,
// with ids, durations and unique attributes that compress no better than real ones. A trace follows
// from its number alone, so that its id and its order id are known without having been sent.
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { type MadeSpan, type Shape, services, shapes } from './trace-shapes.ts';

export const spansPerTrace = 8;
/** Traces of one window: their spans go into two requests, each with the half of the services. */
export const tracesPerWindow = 250;

export interface TracePlan {
  readonly traces: number;
  /** Of the first trace; the others follow evenly until `endMs`. */
  readonly startMs: number;
  readonly endMs: number;
}

/** 32-bit numbers from a seed (splitmix32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1);
  }

  u32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** From 0 to 1. */
  share(): number {
    return (this.u32() + 0.5) / 4_294_967_296;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.share())) * Math.cos(2 * Math.PI * this.share());
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    for (let at = 0; at < count; at += 4) bytes.writeUInt32LE(this.u32(), at);
    return bytes;
  }

  hex(digits: number): string {
    return this.bytes(Math.ceil(digits / 8) * 4)
      .toString('hex')
      .slice(0, digits);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.u32() % from.length] as T;
  }
}

interface TraceHead {
  readonly traceId: Buffer;
  readonly orderId: string;
  readonly shape: Shape;
  readonly random: Random;
}

function headOf(index: number): TraceHead {
  const random = new Random(index);
  const traceId = random.bytes(16);
  return { traceId, orderId: random.hex(12), shape: random.pick(shapes), random };
}

export const traceIdOf = (index: number): string => headOf(index).traceId.toString('hex');

/** The value of `order.id` in trace `index`, which has one. */
export const orderIdOf = (index: number): string => headOf(index).orderId;

interface SpanPlace {
  readonly spanId: Buffer;
  readonly startNano: bigint;
  readonly durationNano: number;
}

interface PlacedSpan extends SpanPlace {
  readonly head: TraceHead;
  readonly made: MadeSpan;
  readonly parent: SpanPlace | undefined;
  readonly isError: boolean;
}

/** Median 40 ms and a long tail; a child lies within its parent. */
function placeSpans(head: TraceHead, startNano: bigint): PlacedSpan[] {
  const { random, shape } = head;
  const placed: PlacedSpan[] = [];
  for (const made of shape) {
    const parent = made.parent < 0 ? undefined : (placed[made.parent] as PlacedSpan);
    const own = 40e6 * Math.exp(1.2 * random.normal());
    const durationNano = Math.floor(
      parent ? Math.min(own, parent.durationNano * (0.2 + 0.75 * random.share())) : own,
    );
    const room = parent ? (parent.durationNano - durationNano) * random.share() : 0;
    placed.push({
      head,
      made,
      parent,
      spanId: random.bytes(8),
      startNano: (parent?.startNano ?? startNano) + BigInt(Math.floor(room)),
      durationNano,
      isError: random.share() < 0.02,
    });
  }
  return placed;
}

/** Requests `2 × window` and `2 × window + 1`: ExportTraceServiceRequest, spans by resource. */
export function encodeWindow(window: number, plan: TracePlan): readonly Uint8Array[] {
  const stepNano = (BigInt(plan.endMs - plan.startMs) * 1_000_000n) / BigInt(plan.traces);
  const byService = new Map<string, PlacedSpan[]>(services.map((name) => [name, []]));
  const first = window * tracesPerWindow;
  for (let index = first; index < Math.min(first + tracesPerWindow, plan.traces); index++) {
    const jitter = BigInt(Math.imul(index, 0x9e3779b1) >>> 12);
    const startNano = BigInt(plan.startMs) * 1_000_000n + BigInt(index) * stepNano + jitter;
    for (const span of placeSpans(headOf(index), startNano)) {
      byService.get(span.made.service)?.push(span);
    }
  }
  const writers = [new ProtobufWriter(), new ProtobufWriter()] as const;
  [...byService].forEach(([service, spans], i) => {
    if (spans.length > 0) writeResource(writers[(i % 2) as 0 | 1], service, spans);
  });
  return writers.map((writer) => writer.finish());
}

function writeResource(
  writer: ProtobufWriter,
  service: string,
  spans: readonly PlacedSpan[],
): void {
  writer.message(1, () => {
    writer.message(1, () => {
      writeText(writer, 1, 'service.name', service);
      writeText(writer, 1, 'service.namespace', 'shop');
      writeText(writer, 1, 'service.version', '2.4.1');
      writeText(writer, 1, 'k8s.pod.name', `${service}-6d5f7c9b8-x2x7k`);
      writeText(writer, 1, 'host.name', 'node-1.example.internal');
      writeText(writer, 1, 'telemetry.sdk.language', 'nodejs');
    });
    writer.message(2, () => {
      writer.message(1, () => {
        writer.text(1, '@opentelemetry/instrumentation-http');
        writer.text(2, '0.57.0');
      });
      for (const span of spans) writer.message(2, () => writeSpan(writer, span));
    });
  });
}

function writeSpan(writer: ProtobufWriter, span: PlacedSpan): void {
  const { head, made, parent } = span;
  writer.bytes(1, head.traceId);
  writer.bytes(2, span.spanId);
  if (parent) writer.bytes(4, parent.spanId);
  writer.text(5, made.name);
  writer.varint(6, made.kind);
  writer.fixed64(7, span.startNano);
  writer.fixed64(8, span.startNano + BigInt(span.durationNano));
  for (const [key, value] of made.fixed) {
    if (typeof value === 'string') writeText(writer, 9, key, value);
    else writeInt(writer, 9, key, value);
  }
  writeVaried(writer, span);
  if (span.isError) {
    writer.message(11, () => writeException(writer, span));
    writer.message(15, () => {
      writer.text(2, 'upstream request timeout');
      writer.varint(3, 2);
    });
  }
  writer.fixed32(16, 257);
}

/** What differs from span to span; one or two of them are of this trace alone. */
function writeVaried(writer: ProtobufWriter, { head, made, isError }: PlacedSpan): void {
  const { random, orderId } = head;
  switch (made.varied) {
    case 'http':
      writeText(writer, 9, 'url.path', `${made.path}/${orderId}`);
      writeInt(writer, 9, 'http.response.status_code', isError ? 503 : 200);
      writeText(writer, 9, 'client.address', `10.12.${random.u32() % 40}.${random.u32() % 250}`);
      writeText(writer, 9, 'http.request.id', random.hex(16));
      return;
    case 'rpc':
      writeInt(writer, 9, 'rpc.grpc.status_code', isError ? 14 : 0);
      writeText(writer, 9, 'order.id', orderId);
      writeInt(writer, 9, 'network.peer.port', 32_768 + (random.u32() % 28_000));
      return;
    case 'database':
      writeInt(writer, 9, 'db.response.returned_rows', random.u32() % 50);
      writeText(writer, 9, 'db.query.id', random.hex(12));
      return;
    case 'work':
      writeInt(writer, 9, 'thread.id', random.u32() % 32);
      writeText(writer, 9, 'order.id', orderId);
      writeText(writer, 9, 'app.session.id', random.hex(12));
  }
}

function writeException(writer: ProtobufWriter, { startNano, durationNano }: PlacedSpan): void {
  writer.fixed64(1, startNano + BigInt(durationNano));
  writer.text(2, 'exception');
  writeText(writer, 3, 'exception.type', 'TimeoutError');
  writeText(writer, 3, 'exception.message', 'upstream request timeout');
}

function writeText(writer: ProtobufWriter, field: number, key: string, value: string): void {
  const outer = writer.open(field);
  writer.text(1, key);
  const inner = writer.open(2);
  writer.text(1, value);
  writer.close(inner);
  writer.close(outer);
}

function writeInt(writer: ProtobufWriter, field: number, key: string, value: number): void {
  const outer = writer.open(field);
  writer.text(1, key);
  const inner = writer.open(2);
  writer.varint(3, value);
  writer.close(inner);
  writer.close(outer);
}
