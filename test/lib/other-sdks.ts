// Export requests as the OpenTelemetry SDKs of other languages put them on the wire, made by hand after what their
// exporters do (their serializers are public), not captured: the same two spans, in each one's bytes.

export interface Dialect {
  readonly language: string;
  readonly sdkVersion: string;
  readonly transport: 'grpc' | 'http';
  readonly encoding: 'identity' | 'gzip';
  /** .NET reserves four bytes for a length before it knows it: `85 80 80 00` is 5. */
  readonly hasPaddedLengths?: boolean;
  /** Rust's wrote the parent of a root as eight zeros. */
  readonly hasZeroParent?: boolean;
  /** A status that is unset as an empty message, or left out. */
  readonly hasEmptyStatus?: boolean;
  /** Java's and .NET's write flags and attributes where it suits them: order is free in protobuf. */
  readonly isReordered?: boolean;
  /** Python's and Java's before flags were defined. */
  readonly hasFlags?: boolean;
}

export const dialects: readonly Dialect[] = [
  {
    ...{ language: 'go', sdkVersion: '1.38.0', transport: 'grpc', encoding: 'gzip' },
    ...{ hasEmptyStatus: true, hasFlags: true },
  },
  {
    ...{ language: 'python', sdkVersion: '1.37.0', transport: 'http', encoding: 'gzip' },
    ...{ hasEmptyStatus: true, hasFlags: true },
  },
  {
    ...{ language: 'java', sdkVersion: '1.54.0', transport: 'http', encoding: 'identity' },
    ...{ hasEmptyStatus: true, isReordered: true },
  },
  {
    ...{ language: 'rust', sdkVersion: '0.30.0', transport: 'grpc', encoding: 'identity' },
    ...{ hasZeroParent: true, hasEmptyStatus: true, hasFlags: true },
  },
  {
    ...{ language: 'dotnet', sdkVersion: '1.12.0', transport: 'grpc', encoding: 'identity' },
    ...{ hasPaddedLengths: true, isReordered: true, hasFlags: true },
  },
];

const varint = (value: bigint): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const fixed64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};
const fixed32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
const key = (field: number, wireType: number): Buffer => varint(BigInt(field * 8 + wireType));
const number = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([key(field, 0), varint(BigInt(value))]);
const eight = (field: number, value: Buffer): Buffer => Buffer.concat([key(field, 1), value]);
const text = (field: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([key(field, 2), varint(BigInt(bytes.length)), bytes]);
};

export interface OtherSpans {
  readonly traceId: string;
  readonly rootId: string;
  readonly childId: string;
  readonly startNano: bigint;
}

/** A server's span with an event and every type of attribute, and a client's below it that failed. */
export function requestOf(dialect: Dialect, spans: OtherSpans): Uint8Array {
  const message = (field: number, parts: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const { length } = body;
    const padded = [length | 128, (length >> 7) | 128, (length >> 14) | 128, length >> 21];
    const size = dialect.hasPaddedLengths ? Buffer.from(padded) : varint(BigInt(length));
    return Buffer.concat([key(field, 2), size, body]);
  };
  const attribute = (field: number, name: string, value: Buffer): Buffer =>
    message(field, [text(1, name), message(2, [value])]);
  const list = message(5, [message(1, [text(1, 'a')]), message(1, [number(3, 7)])]);
  const { traceId, rootId, childId, startNano } = spans;
  const flags = dialect.hasFlags ? [Buffer.concat([key(16, 5), fixed32(0x101)])] : [];
  const span = (
    id: string,
    parent: string | undefined,
    name: string,
    kind: number,
    more: Buffer[],
  ) => {
    const start = startNano + (parent ? 1_000_000n : 0n);
    const head = [text(1, Buffer.from(traceId, 'hex')), text(2, Buffer.from(id, 'hex'))];
    if (parent) head.push(text(4, Buffer.from(parent, 'hex')));
    else if (dialect.hasZeroParent) head.push(text(4, Buffer.alloc(8)));
    const body = [text(5, name), number(6, kind)];
    const times = [eight(7, fixed64(start)), eight(8, fixed64(start + 5_000_000n))];
    return message(
      2,
      dialect.isReordered
        ? [...flags, ...more, ...times, ...body, ...head]
        : [...head, ...body, ...times, ...more, ...flags],
    );
  };
  const event = message(11, [
    eight(1, fixed64(startNano + 2_000_000n)),
    text(2, 'cache.miss'),
    attribute(3, 'size', number(3, 7)),
  ]);
  const root = span(rootId, undefined, 'GET /cart', 2, [
    attribute(9, 'text', text(1, 'naïve ✓')),
    attribute(9, 'yes', number(2, 1)),
    // Ten bytes, as two's complement.
    attribute(9, 'whole', number(3, 2n ** 64n - 42n)),
    attribute(9, 'part', eight(4, double(1.5))),
    attribute(9, 'list', list),
    event,
    ...(dialect.hasEmptyStatus ? [message(15, [])] : []),
  ]);
  const child = span(childId, rootId, 'SELECT', 3, [message(15, [text(2, 'gone'), number(3, 2)])]);
  const resource = message(1, [
    attribute(1, 'service.name', text(1, `${dialect.language}-shop`)),
    attribute(1, 'telemetry.sdk.language', text(1, dialect.language)),
    attribute(1, 'telemetry.sdk.name', text(1, 'opentelemetry')),
    attribute(1, 'telemetry.sdk.version', text(1, dialect.sdkVersion)),
  ]);
  const schema = text(3, 'https://opentelemetry.io/schemas/1.37.0');
  const scope = message(1, [text(1, 'http.client'), text(2, '0.63.0')]);
  return message(1, [resource, message(2, [scope, root, child, schema]), schema]);
}
