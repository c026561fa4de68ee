// Walks over the rows of otel_spans in a batch without an object per span: for connectors, which see
// every span. Columns hold wire bytes (column.ts); a range is valid until the next row. A column costs
// nothing until it is asked for.
import type { TableRows } from './batch.ts';
import type { ArrayColumn, FixedColumn, MapColumn, StringColumn } from './column.ts';

/** A string of the current row: `bytes[from]` up to `to`, without its length. */
export class TextRange {
  bytes: Uint8Array;
  from = 0;
  to = 0;
  #row = -1;

  constructor({ data }: StringColumn) {
    this.bytes = data.bytes;
  }

  /** Goes on to the next string. */
  advance(): void {
    const { bytes } = this;
    let at = this.to;
    let size = bytes[at++] as number;
    if (size >= 0x80) {
      size &= 0x7f;
      for (let shift = 7; ; shift += 7) {
        const byte = bytes[at++] as number;
        size |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
    }
    this.from = at;
    this.to = at + size;
    this.#row++;
  }

  /** Goes on to the string of a row, which must not be before the one at hand. */
  at(row: number): this {
    while (this.#row < row) this.advance();
    return this;
  }

  get text(): string {
    return decoder.decode(this.bytes.subarray(this.from, this.to));
  }

  equals(other: Uint8Array): boolean {
    if (this.to - this.from !== other.length) return false;
    for (let i = 0; i < other.length; i++) if (this.bytes[this.from + i] !== other[i]) return false;
    return true;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class SpanCursor {
  readonly rows: number;
  /** Of the row that the cursor is at; -1 before the first. */
  row = -1;
  /** The attribute at hand while nextAttribute() is true; values are stored attributes. */
  readonly attributeKey: TextRange;
  readonly attributeValue: TextRange;
  /** 16 bytes of each row, one after the other. */
  readonly traceIds: Uint8Array;
  /** 8 bytes of each row. */
  readonly spanIds: Uint8Array;
  readonly parentSpanIds: Uint8Array;
  readonly #name: TextRange;
  readonly #serviceName: TextRange;
  readonly #statusMessage: TextRange;
  readonly #starts: DataView;
  readonly #durations: DataView;
  readonly #kinds: Uint8Array;
  readonly #statusCodes: Uint8Array;
  readonly #attributeCounts: Uint8Array;
  /** Of the row at hand, and of those before that nobody has looked at. */
  #attributesLeft = 0;
  #attributesPassed = 0;

  /** `spans`: rows of otel_spans. */
  constructor({ columns }: TableRows) {
    const fixed = (name: string): Uint8Array => (columns[name] as FixedColumn).data.bytes;
    const text = (name: string) => new TextRange(columns[name] as StringColumn);
    this.rows = (columns['span_id'] as FixedColumn).rows;
    this.#name = text('name');
    this.#serviceName = text('service_name');
    this.#statusMessage = text('status_message');
    const attributes = columns['attributes'] as MapColumn;
    this.attributeKey = new TextRange(attributes.elements[0]);
    this.attributeValue = new TextRange(attributes.elements[1]);
    this.#attributeCounts = (attributes as ArrayColumn).lengths.bytes;
    this.traceIds = fixed('trace_id');
    this.spanIds = fixed('span_id');
    this.parentSpanIds = fixed('parent_span_id');
    this.#starts = viewOf(fixed('start_unix_nano'));
    this.#durations = viewOf(fixed('duration_nano'));
    this.#kinds = fixed('kind');
    this.#statusCodes = fixed('status_code');
  }

  /** False after the last row. */
  next(): boolean {
    if (this.row + 1 >= this.rows) return false;
    this.row++;
    this.#attributesPassed += this.#attributesLeft;
    this.#attributesLeft = this.#countAt(this.row * 4);
    return true;
  }

  get name(): TextRange {
    return this.#name.at(this.row);
  }

  get serviceName(): TextRange {
    return this.#serviceName.at(this.row);
  }

  get statusMessage(): TextRange {
    return this.#statusMessage.at(this.row);
  }

  /** False after the last attribute of the row. */
  nextAttribute(): boolean {
    if (this.#attributesLeft === 0) return false;
    for (; this.#attributesPassed > 0; this.#attributesPassed--) {
      this.attributeKey.advance();
      this.attributeValue.advance();
    }
    this.#attributesLeft--;
    this.attributeKey.advance();
    this.attributeValue.advance();
    return true;
  }

  get kind(): number {
    return this.#kinds[this.row] as number;
  }

  get statusCode(): number {
    return this.#statusCodes[this.row] as number;
  }

  get startUnixNano(): bigint {
    return this.#starts.getBigInt64(this.row * 8, true);
  }

  /** Exact to a millisecond at least: start as a double. */
  get startMs(): number {
    const at = this.row * 8;
    const high = this.#starts.getInt32(at + 4, true);
    return (high * 4_294_967_296 + this.#starts.getUint32(at, true)) / 1e6;
  }

  get durationNano(): number {
    const at = this.row * 8;
    const high = this.#durations.getInt32(at + 4, true);
    return high * 4_294_967_296 + this.#durations.getUint32(at, true);
  }

  get isRoot(): boolean {
    const from = this.row * 8;
    for (let i = from; i < from + 8; i++) if (this.parentSpanIds[i] !== 0) return false;
    return true;
  }

  get traceIdHex(): string {
    return hexOf(this.traceIds, this.row * 16, 16);
  }

  get spanIdHex(): string {
    return hexOf(this.spanIds, this.row * 8, 8);
  }

  #countAt(at: number): number {
    const bytes = this.#attributeCounts;
    let count = 0;
    for (let i = 3; i >= 0; i--) count = count * 256 + (bytes[at + i] as number);
    return count;
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const hexOf = (bytes: Uint8Array, from: number, size: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, size).toString('hex');
