// Requests of Jaeger's two gRPC query services. Both versions number their fields alike.
// https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v3/query_service.proto and
// https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/query.proto
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import type { FindRequest } from '#query/trace/find.ts';
import { refused } from '../error-response.ts';
import { checkLimit, checkTags } from '../search-params.ts';

/** By field number: the last value of each, as the wire has it. */
export class RequestFields {
  readonly #numbers = new Map<number, bigint>();
  readonly #bytes = new Map<number, Uint8Array[]>();

  /** Throws InputError `jaeger_protobuf`. */
  constructor(message: Uint8Array) {
    try {
      this.#read(new ProtobufReader(message));
    } catch (cause) {
      if (!(cause instanceof MalformedProtobuf)) throw cause;
      const problem = `cannot decode the request: ${cause.message}, at byte ${cause.offset}`;
      throw new InputError('jaeger_protobuf', problem, { cause });
    }
  }

  #read(reader: ProtobufReader): void {
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      const field = tag >>> 3;
      if ((tag & 7) === 0) {
        reader.varint();
        const value = (BigInt(reader.high) << 32n) | BigInt(reader.low);
        this.#numbers.set(field, BigInt.asIntN(64, value));
      } else if ((tag & 7) === 2) {
        const values = this.#bytes.get(field);
        if (values) values.push(reader.view());
        else this.#bytes.set(field, [reader.view()]);
      } else reader.skip();
    }
  }

  integer(field: number): bigint {
    return this.#numbers.get(field) ?? 0n;
  }

  flag(field: number): boolean {
    return this.integer(field) !== 0n;
  }

  bytes(field: number): Uint8Array | undefined {
    return this.#bytes.get(field)?.at(-1);
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
  }

  message(field: number): RequestFields | undefined {
    const bytes = this.bytes(field);
    return bytes && new RequestFields(bytes);
  }

  /** map<string, string>: messages { key = 1, value = 2 }. */
  map(field: number): Map<string, string> {
    const found = new Map<string, string>();
    for (const bytes of this.#bytes.get(field) ?? []) {
      const entry = new RequestFields(bytes);
      found.set(entry.text(1), entry.text(2));
    }
    return found;
  }

  /** A Timestamp or Duration { int64 seconds = 1; int32 nanos = 2 } in nanoseconds. */
  nano(field: number): bigint | undefined {
    const message = this.message(field);
    return message && message.integer(1) * 1_000_000_000n + message.integer(2);
  }

  /** A time; undefined also for Go's zero time, the year 1. */
  time(field: number): bigint | undefined {
    const nano = this.nano(field);
    return nano === undefined || nano <= goZeroNano ? undefined : nano;
  }
}

const goZeroNano = -62_135_596_800_000_000_000n;
const limitDefault = 100;

/** Start and end, which have to be given. */
export function rangeOf(
  fields: RequestFields,
  from: number,
  to: number,
): { fromNano: bigint; toNano: bigint } {
  const fromNano = fields.time(from);
  const toNano = fields.time(to);
  if (fromNano === undefined || toNano === undefined) {
    throw refused('start time and end time are required');
  }
  if (fromNano >= toNano) throw refused('the start time must be before the end time');
  return { fromNano, toNano };
}

/** TraceQueryParameters. */
export function searchOf(
  tenant: string,
  message: Uint8Array,
): { find: FindRequest; isRaw: boolean } {
  const query = new RequestFields(message).message(1);
  if (query === undefined) throw refused('missing query');
  if (query.bytes(10)) throw refused('the structured query filter is not supported');
  const depth = Number(query.integer(8));
  return {
    find: {
      tenant,
      ...rangeOf(query, 4, 5),
      serviceName: query.text(1),
      operationName: query.text(2),
      tags: checkTags(query.map(3)),
      durationMinNano: query.nano(6) || undefined,
      durationMaxNano: query.nano(7) || undefined,
      limit: depth === 0 ? limitDefault : checkLimit(depth, 'search_depth'),
    },
    isRaw: query.flag(9),
  };
}
