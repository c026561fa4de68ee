// Rows of log streams from their parts: what a push request says, or a collector that read a file.
// Structured metadata becomes attributes, but for a trace id and a span id, which have columns; the
// level is detected as Loki does on its way in.
import { InputError } from '#lib/errors.ts';
import { Hash64 } from '#lib/hash.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import { type Batch, heldBytes, type Rejection, rowCount, type TableRows } from '#model/batch.ts';
import type { Pairs } from '#model/canonical.ts';
import {
  appendMap,
  fixedString,
  int32,
  int64,
  string,
  stringMap,
  uint8,
  uint32,
  uint64,
} from '#model/column.ts';
import type { IdentityCache, IdentityClaims } from '#model/identity.ts';
import { levelAttributes, levelOfLine, levelOfSeverity, toLevel } from '#model/log-level.ts';
import { noOrigin, streamIdBytes } from '#model/origin.ts';
import { dayOfNano } from '#model/unit.ts';
import { formatLabels } from './labels.ts';
import { withServiceName } from './service-name.ts';
import type { PushSink } from './sink.ts';

export interface PushContext {
  readonly tenant: string;
  /** Entries outside are rejected one by one; undefined is no limit. */
  readonly minUnixNano: bigint | undefined;
  readonly maxUnixNano: bigint | undefined;
  /** `ingest.max_attribute_bytes`, here of a line. */
  readonly lineBytesMax: number;
  readonly identities: IdentityCache;
}

export interface PushResult {
  readonly batch: Batch<'logs'>;
  readonly rejection: Rejection | undefined;
}

const recordColumns = () => ({
  stream_id: uint64(),
  time_unix_nano: int64(),
  observed_time_unix_nano: int64(),
  severity_number: uint8(),
  severity_text: string(),
  trace_id: fixedString(16),
  span_id: fixedString(8),
  flags: uint32(),
  event_name: string(),
  body: string(),
  body_type: uint8(),
  attributes: stringMap(),
  dropped_attributes_count: uint32(),
});

const streamColumns = () => ({
  stream_id: uint64(),
  labels: stringMap(),
  day: int32(),
  service_name: string(),
  resource_attributes: stringMap(),
  resource_dropped_attributes_count: uint32(),
  resource_schema_url: string(),
  scope_name: string(),
  scope_version: string(),
  scope_attributes: stringMap(),
  scope_dropped_attributes_count: uint32(),
  scope_schema_url: string(),
});

/** Keeps Loki's streams apart from other identities with the same bytes in the cache. */
const keySeed = 0x10c1;

const isEmpty = ([, value]: Pairs[number]): boolean => value === '';

/** One batch: `stream`, its entries, the next `stream` …, then `result`, once. */
export class PushRows implements PushSink {
  streamCount = 0;
  readonly #context: PushContext;
  readonly #claims: IdentityClaims;
  readonly #columns = recordColumns();
  readonly #streams = streamColumns();
  readonly #hash = new Hash64();
  readonly #tenantLow: number;
  readonly #tenantHigh: number;
  #labels: Pairs = [];
  #level: string | undefined;
  #day = Number.NaN;
  #idLow = 0;
  #idHigh = 0;
  #items = 0;
  #rejected = 0;
  #firstRejection = '';

  constructor(context: PushContext) {
    this.#context = context;
    this.#claims = context.identities.claims();
    const tenant = new TextEncoder().encode(context.tenant);
    this.#hash.update(tenant, 0, tenant.length, 0, 0);
    this.#tenantLow = this.#hash.low;
    this.#tenantHigh = this.#hash.high;
  }

  stream(given: Pairs): void {
    // A label without a value is none.
    const labels = given.some(isEmpty) ? given.filter((pair) => !isEmpty(pair)) : given;
    if (labels.length === 0) {
      throw new InputError(
        'loki_push_labels',
        'error at least one label pair is required per stream',
      );
    }
    this.streamCount++;
    this.#labels = withServiceName(labels);
    this.#day = Number.NaN;
    this.#level = levelIn(labels);
    streamIdBytes(this.#labels, noOrigin).hashInto(this.#hash);
    this.#idLow = this.#hash.low;
    this.#idHigh = this.#hash.high;
  }

  entry(timeNano: bigint, line: string, metadata: Pairs): void {
    const { minUnixNano, maxUnixNano, lineBytesMax } = this.#context;
    if (minUnixNano !== undefined && timeNano < minUnixNano) {
      this.#reject(
        () =>
          `has timestamp too old: ${formatTime(timeNano)}, oldest acceptable timestamp is: ${formatTime(minUnixNano)}`,
      );
    } else if (maxUnixNano !== undefined && timeNano > maxUnixNano) {
      this.#reject(() => `has timestamp too new: ${formatTime(timeNano)}`);
    } else if (line.length > lineBytesMax) {
      this.#reject(
        () =>
          `exceeds the line size: max entry size '${lineBytesMax}' bytes, got '${line.length}' (ingest.max_attribute_bytes)`,
      );
    } else {
      this.#enterDay(dayOfNano(timeNano));
      this.#append(timeNano, line, metadata);
      this.#items++;
    }
  }

  result(): PushResult {
    const tables: TableRows[] = [
      { table: 'otel_log_streams', columns: this.#streams },
      { table: 'otel_logs', columns: this.#columns },
    ];
    const [streams, records] = tables.map((table) => (rowCount(table) > 0 ? [table] : []));
    const batch: Batch<'logs'> = {
      signal: 'logs',
      tenant: this.#context.tenant,
      items: this.#items,
      identities: streams ?? [],
      rows: records ?? [],
      byteLength: heldBytes(tables),
      committed: () => this.#claims.committed(),
    };
    const rejection =
      this.#rejected === 0 ? undefined : { count: this.#rejected, message: this.#firstRejection };
    return { batch, rejection };
  }

  #reject(describe: () => string): void {
    if (this.#rejected === 0) {
      this.#firstRejection = `entry for stream '${formatLabels(this.#labels)}' ${describe()}`;
    }
    this.#rejected++;
  }

  /** Has the row of the stream in this batch if that is needed for the day. */
  #enterDay(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    const { identities } = this.#context;
    // The id is the same for every tenant, but each needs the row of its own.
    const keyLow = this.#idLow ^ this.#tenantLow ^ keySeed;
    const keyHigh = this.#idHigh ^ this.#tenantHigh;
    let slot = identities.find(keyLow, keyHigh);
    if (slot < 0) slot = identities.add(keyLow, keyHigh, this.#idLow, this.#idHigh);
    if (!this.#claims.claim(slot, day)) return;
    const streams = this.#streams;
    streams.stream_id.data.u64(this.#idLow, this.#idHigh);
    appendMap(streams.labels, this.#labels);
    streams.day.data.i32(day);
    const service = this.#labels.find(([name]) => name === 'service_name');
    streams.service_name.appendText(service?.[1] ?? '');
    appendMap(streams.resource_attributes, []);
    appendMap(streams.scope_attributes, []);
    streams.resource_dropped_attributes_count.data.u32(0);
    streams.scope_dropped_attributes_count.data.u32(0);
    for (const name of [
      'resource_schema_url',
      'scope_name',
      'scope_version',
      'scope_schema_url',
    ] as const) {
      streams[name].appendText('');
    }
  }

  #append(timeNano: bigint, line: string, metadata: Pairs): void {
    const columns = this.#columns;
    columns.stream_id.data.u64(this.#idLow, this.#idHigh);
    columns.time_unix_nano.data.big64(timeNano);
    columns.observed_time_unix_nano.data.big64(0n);
    columns.severity_number.data.u8(0);
    columns.severity_text.appendText('');
    columns.flags.data.u32(0);
    columns.event_name.appendText('');
    columns.body.appendText(line);
    columns.body_type.data.u8(0);
    columns.dropped_attributes_count.data.u32(0);
    let hasTrace = false;
    let hasSpan = false;
    const attributes: [string, string][] = [];
    for (const [name, value] of metadata) {
      if (name === 'trace_id' && !hasTrace && /^[\da-f]{32}$/.test(value)) {
        hasTrace = true;
        appendHex(columns.trace_id.data, value);
      } else if (name === 'span_id' && !hasSpan && /^[\da-f]{16}$/.test(value)) {
        hasSpan = true;
        appendHex(columns.span_id.data, value);
      } else attributes.push([name, toStoredAttribute(value)]);
    }
    if (!hasTrace) columns.trace_id.data.zeros(16);
    if (!hasSpan) columns.span_id.data.zeros(8);
    if (!metadata.some(([name]) => name === 'detected_level')) {
      const level =
        this.#level ?? levelIn(metadata) ?? levelOfNumber(metadata) ?? levelOfLine(line);
      attributes.push(['detected_level', toStoredAttribute(level)]);
    }
    appendMap(columns.attributes, attributes);
  }
}

function appendHex(target: { u8(value: number): void }, hex: string): void {
  for (let i = 0; i < hex.length; i += 2) target.u8(Number.parseInt(hex.slice(i, i + 2), 16));
}

/** The level that a sender gave by one of the usual names. */
function levelIn(pairs: Pairs): string | undefined {
  for (const name of levelAttributes) {
    const found = pairs.find(([key]) => key === name);
    if (found && found[1] !== '') return toLevel(found[1]);
  }
  return undefined;
}

function levelOfNumber(pairs: Pairs): string | undefined {
  const number = Number(pairs.find(([key]) => key === 'severity_number')?.[1] ?? 0);
  return number > 0 ? levelOfSeverity(number) : undefined;
}

const formatTime = (nano: bigint): string =>
  new Date(Number(nano / 1_000_000n)).toISOString().replace(/\.\d+Z$/, 'Z');
