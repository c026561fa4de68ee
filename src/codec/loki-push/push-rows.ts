// Rows of log streams from their parts: what a push request says, or a collector that read a file.
// Structured metadata becomes attributes, but for a trace id and a span id, which have columns; the
// level is detected as Loki does on its way in.
import { InputError } from '#lib/errors.ts';
import { Hash64 } from '#lib/hash.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import { type Batch, heldBytes, type Rejection, rowCount, type TableRows } from '#model/batch.ts';
import type { Pairs } from '#model/canonical.ts';
import { ColumnPool } from '#model/column-pool.ts';
import type { IdentityCache, IdentityClaims } from '#model/identity.ts';
import { levelAttributes, levelOfSeverity, toLevel } from '#model/log-level.ts';
import { noOrigin, streamIdBytes } from '#model/origin.ts';
import { dayOfNano } from '#model/unit.ts';
import { formatLabels } from './labels.ts';
import { PushColumns } from './push-columns.ts';
import { withServiceName } from './service-name.ts';
import type { PushSink } from './sink.ts';

export interface PushContext {
  readonly tenant: string;
  /** Entries outside are rejected one by one; undefined is no limit. */
  readonly minUnixNano: bigint | undefined;
  readonly maxUnixNano: bigint | undefined;
  /** `ingest.max_attribute_bytes`, here of a line, in bytes of UTF-8. */
  readonly lineBytesMax: number;
  readonly identities: IdentityCache;
  /** Of the labels that are sent; without it there are none. */
  readonly labelLimits?: LabelLimits;
}

/** 0 is no limit. */
export interface LabelLimits {
  /** Labels of a stream. */
  readonly namesMax: number;
  /** Characters of a name, and of a value. */
  readonly nameLengthMax: number;
  readonly valueLengthMax: number;
}

export interface PushResult {
  readonly batch: Batch<'logs'>;
  readonly rejection: Rejection | undefined;
}

const isEmpty = ([, value]: Pairs[number]): boolean => value === '';

/** Keeps Loki's streams apart from other identities with the same bytes in the cache. */
const keySeed = 0x10c1;

const pool = new ColumnPool(() => new PushColumns());
const encoder = new TextEncoder();
let scratch = new Uint8Array(4096);

/** One batch: `stream`, its entries, the next `stream` …, then `result`, once. */
export class PushRows implements PushSink {
  streamCount = 0;
  readonly #context: PushContext;
  readonly #claims: IdentityClaims;
  readonly #columns = pool.take();
  readonly #hash = new Hash64();
  readonly #tenantLow: number;
  readonly #tenantHigh: number;
  readonly #minNano: bigint;
  readonly #maxNano: bigint;
  /** Whole seconds in which every time is allowed: most entries need no more than these. */
  readonly #minSecond: number;
  readonly #maxSecond: number;
  #labels: Pairs = [];
  /** Why no entry of the stream is taken. */
  #refusal: LabelRefusal | undefined;
  #level: string | undefined;
  #day = Number.NaN;
  #idLow = 0;
  #idHigh = 0;
  #items = 0;
  #rejected = 0;
  #firstRejection = '';
  readonly #reasons = new Map<string, number>();

  constructor(context: PushContext) {
    this.#context = context;
    this.#claims = context.identities.claims();
    const tenant = encoder.encode(context.tenant);
    this.#hash.update(tenant, 0, tenant.length, 0, 0);
    this.#tenantLow = this.#hash.low;
    this.#tenantHigh = this.#hash.high;
    this.#minNano = context.minUnixNano ?? -(2n ** 63n);
    this.#maxNano = context.maxUnixNano ?? 2n ** 63n - 1n;
    this.#minSecond = Number(this.#minNano / nanoPerSecond) + 1;
    this.#maxSecond = Number(this.#maxNano / nanoPerSecond) - 1;
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
    const { labelLimits } = this.#context;
    this.#refusal = labelLimits && refusalOf(labels, labelLimits);
    this.#day = Number.NaN;
    this.#level = levelIn(labels);
    streamIdBytes(this.#labels, noOrigin).hashInto(this.#hash);
    this.#idLow = this.#hash.low;
    this.#idHigh = this.#hash.high;
  }

  entry(timeNano: bigint, line: string, metadata: Pairs): void {
    if (scratch.length < line.length * 3) scratch = new Uint8Array(line.length * 4);
    const { written } = encoder.encodeInto(line, scratch);
    this.#entryOf(timeNano, scratch, 0, written, metadata);
  }

  entryBytes(
    second: number,
    nano: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    metadata: Pairs,
  ): void {
    const { lineBytesMax } = this.#context;
    const isUsual = second >= this.#minSecond && second <= this.#maxSecond && second >= 0;
    if (
      !isUsual ||
      this.#refusal !== undefined ||
      second > secondMax ||
      nano < 0 ||
      nano > 999_999_999 ||
      to - from > lineBytesMax
    ) {
      const timeNano = BigInt.asIntN(64, BigInt(second) * nanoPerSecond + BigInt(nano));
      this.#entryOf(timeNano, bytes, from, to, metadata);
      return;
    }
    this.#enterDay(Math.floor(second / 86_400));
    // second × 10⁹ + nano in two halves of 32 bits, without a bigint.
    const high = Math.floor(second / 65_536) * 1e9;
    const low = (second % 65_536) * 1e9 + nano;
    const sum = (high % 65_536) * 65_536 + (low % 2 ** 32);
    const carry = Math.floor(high / 65_536) + Math.floor(low / 2 ** 32) + (sum >= 2 ** 32 ? 1 : 0);
    this.#columns.time(sum >>> 0, carry);
    this.#append(bytes, from, to, metadata);
  }

  result(): PushResult {
    const columns = this.#columns;
    columns.finish();
    const tables: TableRows[] = [
      { table: 'otel_log_streams', columns: columns.streams },
      { table: 'otel_logs', columns: columns.all },
    ];
    const [streams, records] = pool.release(
      columns,
      ...tables.map((table) => (rowCount(table) > 0 ? [table] : [])),
    ) as [TableRows[], TableRows[]];
    const batch: Batch<'logs'> = {
      signal: 'logs',
      tenant: this.#context.tenant,
      items: this.#items,
      identities: streams,
      rows: records,
      byteLength: heldBytes([...streams, ...records]),
      committed: () => this.#claims.committed(),
    };
    const said = { message: this.#firstRejection, reasons: this.#reasons };
    const rejection = this.#rejected === 0 ? undefined : { count: this.#rejected, ...said };
    return { batch, rejection };
  }

  #entryOf(timeNano: bigint, bytes: Uint8Array, from: number, to: number, metadata: Pairs): void {
    const { lineBytesMax } = this.#context;
    const refusal = this.#refusal;
    if (refusal) {
      this.#reject(refusal.reason, () => refusal.message);
    } else if (timeNano < this.#minNano) {
      const oldest = formatTime(this.#minNano);
      this.#reject(
        'greater_than_max_sample_age',
        () =>
          `has timestamp too old: ${formatTime(timeNano)}, oldest acceptable timestamp is: ${oldest}`,
      );
    } else if (timeNano > this.#maxNano) {
      this.#reject('too_far_in_future', () => `has timestamp too new: ${formatTime(timeNano)}`);
    } else if (to - from > lineBytesMax) {
      this.#reject(
        'line_too_long',
        () =>
          `exceeds the line size: max entry size '${lineBytesMax}' bytes, got '${to - from}' (loki.max_line_size, ingest.max_attribute_bytes)`,
      );
    } else {
      this.#enterDay(dayOfNano(timeNano));
      const unsigned = BigInt.asUintN(64, timeNano);
      this.#columns.time(Number(unsigned & 0xffffffffn), Number(unsigned >> 32n));
      this.#append(bytes, from, to, metadata);
    }
  }

  #reject(reason: string, describe: () => string): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
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
    const service = this.#labels.find(([name]) => name === 'service_name')?.[1] ?? '';
    this.#columns.stream(this.#idLow, this.#idHigh, day, this.#labels, service);
  }

  #append(bytes: Uint8Array, from: number, to: number, metadata: Pairs): void {
    const columns = this.#columns;
    this.#items++;
    columns.line(this.#idLow, this.#idHigh, bytes, from, to);
    let trace = '';
    let span = '';
    let isDetected = false;
    for (const [name, value] of metadata) {
      if (name === 'trace_id' && trace === '' && /^[\da-f]{32}$/.test(value)) trace = value;
      else if (name === 'span_id' && span === '' && /^[\da-f]{16}$/.test(value)) span = value;
      else {
        isDetected ||= name === 'detected_level';
        columns.attribute(name, toStoredAttribute(value));
      }
    }
    columns.ids(trace, span);
    const said = isDetected ? '' : (this.#level ?? levelSaidIn(metadata));
    columns.level(said, bytes, from, to);
  }
}

const nanoPerSecond = 1_000_000_000n;
/** Of times in 63 bits. */
const secondMax = 9_223_372_035;

const levelSaidIn = (metadata: Pairs): string | undefined =>
  metadata.length === 0 ? undefined : (levelIn(metadata) ?? levelOfNumber(metadata));

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

/** In the words of Loki's metrics and messages. */
interface LabelRefusal {
  readonly reason: string;
  readonly message: string;
}

function refusalOf(labels: Pairs, limits: LabelLimits): LabelRefusal | undefined {
  const { namesMax, nameLengthMax, valueLengthMax } = limits;
  if (namesMax > 0 && labels.length > namesMax) {
    const message = `has ${labels.length} label names; limit ${namesMax} (loki.max_label_names)`;
    return { reason: 'max_label_names_per_series', message };
  }
  for (const [name, value] of labels) {
    if (nameLengthMax > 0 && name.length > nameLengthMax) {
      const message = `has label name too long: '${name.slice(0, 200)}' (loki.max_label_name_length)`;
      return { reason: 'label_name_too_long', message };
    }
    if (valueLengthMax > 0 && value.length > valueLengthMax) {
      const message = `has label value too long: '${value.slice(0, 200)}' (loki.max_label_value_length)`;
      return { reason: 'label_value_too_long', message };
    }
  }
  return undefined;
}
