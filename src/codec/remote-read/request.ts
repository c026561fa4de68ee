// Remote read requests.
//
//   ReadRequest  { Query queries = 1, ResponseType accepted_response_types = 2 }
//   Query        { int64 start_timestamp_ms = 1, int64 end_timestamp_ms = 2, LabelMatcher matchers = 3,
//                  ReadHints hints = 4 }
//   LabelMatcher { Type type = 1 (EQ, NEQ, RE, NRE), string name = 2, string value = 3 }
// Spec: https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';

export interface ReadMatcher {
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly name: string;
  readonly value: string;
}

export interface ReadQuery {
  /** Both ends are included. */
  readonly startMs: number;
  readonly endMs: number;
  readonly matchers: readonly ReadMatcher[];
}

export type ResponseType = 'samples' | 'chunks';

export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  /** The first accepted one that we know. */
  readonly responseType: ResponseType;
}

const operators = ['=', '!=', '=~', '!~'] as const;
const responseTypes: readonly ResponseType[] = ['samples', 'chunks'];
const queriesMax = 1000;

/** Throws InputError `remote_read_malformed` or `remote_read_response_type`. */
export function decodeReadRequest(bytes: Uint8Array): ReadRequest {
  try {
    return readRequest(new ProtobufReader(bytes));
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw new InputError(
      'remote_read_malformed',
      `cannot decode prometheus.ReadRequest: ${error.message}, at byte ${error.offset}`,
      { cause: error },
    );
  }
}

function readRequest(reader: ProtobufReader): ReadRequest {
  const queries: ReadQuery[] = [];
  const accepted: number[] = [];
  while (reader.at < reader.limit) {
    switch (reader.tag()) {
      case 0x0a:
        if (queries.length >= queriesMax) throw reader.malformed('it has too many queries');
        queries.push(readQuery(reader));
        break;
      case 0x10:
        accepted.push(reader.varint());
        break;
      case 0x12: {
        const outer = reader.enter();
        while (reader.at < reader.limit) accepted.push(reader.varint());
        reader.leave(outer);
        break;
      }
      default:
        reader.skip();
    }
  }
  const known = accepted.find((type) => responseTypes[type] !== undefined);
  if (accepted.length > 0 && known === undefined) {
    throw new InputError(
      'remote_read_response_type',
      `server does not support any of the requested response types: ${accepted.slice(0, 10)}`,
    );
  }
  return { queries, responseType: responseTypes[known ?? 0] as ResponseType };
}

function readQuery(reader: ProtobufReader): ReadQuery {
  const outer = reader.enter();
  let startMs = 0;
  let endMs = 0;
  const matchers: ReadMatcher[] = [];
  while (reader.at < reader.limit) {
    switch (reader.tag()) {
      case 0x08:
        startMs = int64(reader);
        break;
      case 0x10:
        endMs = int64(reader);
        break;
      case 0x1a:
        matchers.push(readMatcher(reader));
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  return { startMs, endMs, matchers };
}

function readMatcher(reader: ProtobufReader): ReadMatcher {
  const outer = reader.enter();
  let type = 0;
  let name = '';
  let value = '';
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x08) type = reader.varint();
    else if (tag === 0x12) name = reader.text();
    else if (tag === 0x1a) value = reader.text();
    else reader.skip();
  }
  reader.leave(outer);
  const operator = operators[type];
  if (operator === undefined) throw reader.malformed(`the matcher type ${type} is not known`);
  return { operator, name, value };
}

function int64(reader: ProtobufReader): number {
  reader.varint();
  return (reader.high | 0) * 0x1_0000_0000 + reader.low;
}
