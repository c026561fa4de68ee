// tempopb.StreamingQuerier as a client of others calls it (@grpc/grpc-js), with numbers of fields written
// out here, so that they are checked against those of the product.
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { ProtobufReader } from '#lib/protobuf-reader.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

/** By number: varints as numbers (up to 2^53), eight bytes as doubles, four as numbers, the rest as bytes. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

export function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const reader = new ProtobufReader(bytes);
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    const values = fields.get(tag >>> 3) ?? [];
    fields.set(tag >>> 3, values);
    switch (tag & 7) {
      case 0:
        reader.varint();
        values.push(reader.high * 2 ** 32 + reader.low);
        break;
      case 1:
        values.push(reader.double());
        break;
      case 5:
        values.push(reader.fixed32());
        break;
      default:
        values.push(reader.view());
    }
  }
  return fields;
}

export const messagesOf = (fields: Fields, number: number): Fields[] =>
  (fields.get(number) ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));

export const textOf = (fields: Fields, number: number): string =>
  Buffer.from((fields.get(number)?.[0] ?? []) as Uint8Array).toString();

export const textsOf = (fields: Fields, number: number): string[] =>
  (fields.get(number) ?? []).map((bytes) => Buffer.from(bytes as Uint8Array).toString());

/** A message of texts and varints by number. */
export function messageOf(fields: Readonly<Record<number, string | number | bigint>>): Uint8Array {
  const writer = new ProtobufWriter();
  for (const [number, value] of Object.entries(fields)) {
    if (typeof value === 'string') writer.text(Number(number), value);
    else writer.varint64(Number(number), BigInt(value));
  }
  return writer.finish();
}

export interface TempoStream {
  readonly parts: readonly Buffer[];
  /** What the call failed with. */
  readonly error: ServiceError | undefined;
}

export interface TempoCallOptions {
  readonly deadlineMs?: number;
  /** Gives up as soon as the call is under way. */
  readonly isCancelled?: boolean;
}

export interface TempoGrpcClient {
  call(
    method: string,
    message: Uint8Array,
    metadata?: Readonly<Record<string, string>>,
    options?: TempoCallOptions,
  ): Promise<TempoStream>;
  close(): void;
}

const same = (bytes: Buffer): Buffer => bytes;

/** With the limits that a client has without settings: 4 MiB a message. */
export function createTempoGrpcClient(
  port: number,
  service = 'tempopb.StreamingQuerier',
): TempoGrpcClient {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    call: (method, message, headers = {}, { deadlineMs, isCancelled = false } = {}) =>
      new Promise((resolve) => {
        const metadata = new Metadata();
        for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
        const parts: Buffer[] = [];
        const path = `/${service}/${method}`;
        const stream = client.makeServerStreamRequest(
          path,
          same,
          same,
          Buffer.from(message),
          metadata,
          deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs },
        );
        if (isCancelled) setImmediate(() => stream.cancel());
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('error', (error) => resolve({ parts, error: error as ServiceError }));
        stream.on('end', () => resolve({ parts, error: undefined }));
      }),
    close: () => client.close(),
  };
}
