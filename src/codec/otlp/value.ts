// AnyValue and KeyValue, from the wire into string columns as stored attributes
// (src/model/attribute.ts). Text is copied, not decoded; numbers are printed into a scratch buffer.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto
//
//   AnyValue  { oneof: string_value = 1, bool_value = 2, int_value = 3, double_value = 4,
//               array_value = 5, kvlist_value = 6, bytes_value = 7 }
//   ArrayValue { repeated AnyValue values = 1 }   KeyValueList { repeated KeyValue values = 1 }
//   KeyValue  { string key = 1, AnyValue value = 2 }
import { ByteBuffer } from '#lib/byte-buffer.ts';
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { attributeTag } from '#model/attribute.ts';
import type { MapColumn, StringColumn } from '#model/column.ts';
import { signed64 } from '#model/unit.ts';

/** Values may hold values: this deep, and no deeper. */
const depthMax = 64;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export class ValueScanner {
  readonly #reader: ProtobufReader;
  readonly #keyBytesMax: number;
  /** Of the AnyValue: a text in it has a tag and its length in front. */
  readonly #valueBytesMax: number;
  readonly #scratch = new ByteBuffer();
  #keyFrom = 0;
  #keyTo = 0;
  #valueAt = -1;
  #sortsKeys = false;
  /** Set when a value was left out (larger than `bytesMax`) or cut (nested too deep); whoever asks resets it. */
  isTooLarge = false;

  constructor(reader: ProtobufReader, bytesMax: number) {
    this.#reader = reader;
    this.#keyBytesMax = bytesMax;
    this.#valueBytesMax = bytesMax + 1 + Math.ceil(Math.log2(bytesMax + 1) / 7);
  }

  /** Reads a KeyValue (behind its tag) and adds it to the row of `target` that is being written. */
  attribute(target: MapColumn): void {
    const reader = this.#reader;
    const outer = reader.enter();
    this.#findPair();
    if (!this.isTooLarge) {
      target.elements[0].appendUtf8(reader.bytes, this.#keyFrom, this.#keyTo);
      this.#storeValue(target.elements[1]);
    }
    reader.leave(outer);
  }

  /** The same, but a map becomes an attribute per value: `{http: {method: GET}}` is `http.method`. */
  flatAttribute(target: MapColumn): void {
    this.#flatten(target, '', 0);
  }

  #flatten(target: MapColumn, prefix: string, depth: number): void {
    const reader = this.#reader;
    const outer = reader.enter();
    this.#findPair();
    if (!this.isTooLarge) {
      const { elements } = target;
      if (depth < depthMax && this.#valueAt >= 0 && this.#isMapAt(this.#valueAt)) {
        const inner = `${prefix}${this.#key()}.`;
        reader.at = this.#valueAt;
        const value = reader.enter();
        this.#choose();
        const list = reader.enter();
        while (reader.at < reader.limit) {
          if (reader.tag() === 0x0a) this.#flatten(target, inner, depth + 1);
          else reader.skip();
        }
        reader.leave(list);
        reader.leave(value);
      } else {
        if (prefix === '') elements[0].appendUtf8(reader.bytes, this.#keyFrom, this.#keyTo);
        else elements[0].appendText(prefix + this.#key());
        this.#storeValue(elements[1]);
      }
    }
    reader.leave(outer);
  }

  #key(): string {
    return utf8.decode(this.#reader.bytes.subarray(this.#keyFrom, this.#keyTo));
  }

  #isMapAt(at: number): boolean {
    const reader = this.#reader;
    reader.at = at;
    const outer = reader.enter();
    const isMap = this.#choose() === 0x32;
    reader.leave(outer);
    return isMap;
  }

  /** Where key and value of the KeyValue are that is being read; says when they are too large. */
  #findPair(): void {
    const reader = this.#reader;
    this.#keyFrom = this.#keyTo = reader.at;
    this.#valueAt = -1;
    let valueSize = 0;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x0a:
          this.#keyTo = reader.passBytes();
          this.#keyFrom = reader.from;
          break;
        case 0x12:
          this.#valueAt = reader.at;
          valueSize = reader.passBytes() - reader.from;
          break;
        default:
          reader.skip();
      }
    }
    if (this.#keyTo - this.#keyFrom > this.#keyBytesMax || valueSize > this.#valueBytesMax) {
      this.isTooLarge = true;
    }
  }

  #storeValue(target: StringColumn): void {
    if (this.#valueAt < 0) this.#appendEmpty(target);
    else {
      this.#reader.at = this.#valueAt;
      this.stored(target);
    }
  }

  /** Reads an AnyValue (behind its tag) as a stored attribute. */
  stored(target: StringColumn): void {
    const reader = this.#reader;
    const outer = reader.enter();
    const tag = this.#choose();
    if (tag === 0x0a) {
      const size = reader.size();
      const first = size === 0 ? 0 : (reader.bytes[reader.at] as number);
      if (first >= 1 && first <= 7) {
        this.#scratch.length = 0;
        this.#scratch.u8(attributeTag.escapedString);
        this.#scratch.copy(reader.bytes, reader.at, reader.at + size);
        target.appendUtf8(this.#scratch.bytes, 0, this.#scratch.length);
      } else target.appendUtf8(reader.bytes, reader.at, reader.at + size);
    } else if (tag === 0) this.#appendEmpty(target);
    else {
      this.#print(tag);
      target.appendUtf8(this.#scratch.bytes, 0, this.#scratch.length);
    }
    reader.leave(outer);
  }

  /**
   * Reads an AnyValue as text without its type; returns the type byte, 0 for a string. Maps have their
   * keys in order, as in a line of Loki.
   */
  plain(target: StringColumn): number {
    const reader = this.#reader;
    const outer = reader.enter();
    let type: number = attributeTag.empty;
    if (reader.limit - reader.at > this.#valueBytesMax) {
      this.isTooLarge = true;
      target.appendEmpty();
    } else {
      const tag = this.#choose();
      if (tag === 0x0a) {
        const size = reader.size();
        target.appendUtf8(reader.bytes, reader.at, reader.at + size);
        type = 0;
      } else if (tag === 0) target.appendEmpty();
      else {
        this.#sortsKeys = true;
        this.#print(tag);
        this.#sortsKeys = false;
        target.appendUtf8(this.#scratch.bytes, 1, this.#scratch.length);
        type = this.#scratch.bytes[0] as number;
      }
    }
    reader.leave(outer);
    return type;
  }

  /** Stands at the value of the oneof, behind its tag, and returns the tag; the last one counts. */
  #choose(): number {
    const reader = this.#reader;
    let chosen = 0;
    let at = reader.at;
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      const valueAt = reader.at;
      reader.skip();
      if (isValueTag(tag)) {
        chosen = tag;
        at = valueAt;
      }
    }
    reader.at = at;
    return chosen;
  }

  #appendEmpty(target: StringColumn): void {
    target.appendBytes(emptyValue, 0, 1);
  }

  /** Writes type byte and text of anything but a string into the scratch buffer. */
  #print(tag: number): void {
    const scratch = this.#scratch;
    scratch.length = 0;
    switch (tag) {
      case 0x10:
        scratch.u8(attributeTag.bool);
        this.#printBool();
        return;
      case 0x18:
        scratch.u8(attributeTag.int);
        this.#printInt();
        return;
      case 0x21:
        scratch.u8(attributeTag.double);
        scratch.text(String(this.#reader.double()));
        return;
      case 0x3a:
        scratch.u8(attributeTag.bytes);
        this.#printBase64();
        return;
      default:
        scratch.u8(attributeTag.json);
        this.#printJson(tag, 0);
    }
  }

  #printBool(): void {
    this.#reader.varint();
    this.#scratch.text(this.#reader.low === 0 && this.#reader.high === 0 ? 'false' : 'true');
  }

  #printInt(): void {
    const reader = this.#reader;
    reader.varint();
    const high = reader.high | 0;
    // Within ±2^52 a double holds it exactly.
    if (high >= -0x100000 && high < 0x100000)
      this.#scratch.decimal(high * 0x100000000 + reader.low);
    else this.#scratch.text(String(signed64(reader.low, reader.high)));
  }

  #printBase64(): void {
    const { buffer, byteOffset, byteLength } = this.#reader.view();
    this.#scratch.text(Buffer.from(buffer, byteOffset, byteLength).toString('base64'));
  }

  #printJson(tag: number, depth: number): void {
    const reader = this.#reader;
    const scratch = this.#scratch;
    if (depth > depthMax) {
      // The item is rejected; its neighbours are not. The caller leaves the value.
      this.isTooLarge = true;
      scratch.text('null');
      return;
    }
    switch (tag) {
      case 0x0a: {
        const size = reader.size();
        this.#printJsonText(reader.at, reader.at + size);
        return;
      }
      case 0x10:
        this.#printBool();
        return;
      case 0x18:
        this.#printInt();
        return;
      case 0x21:
        scratch.text(jsonDouble(reader.double()));
        return;
      case 0x2a:
      case 0x32:
        this.#printJsonList(tag === 0x32, depth);
        return;
      case 0x3a:
        scratch.u8(0x22);
        this.#printBase64();
        scratch.u8(0x22);
        return;
      default:
        scratch.text('null');
    }
  }

  /** An ArrayValue or a KeyValueList: both hold their elements in field 1. */
  #printJsonList(isObject: boolean, depth: number): void {
    const reader = this.#reader;
    const scratch = this.#scratch;
    const outer = reader.enter();
    scratch.u8(isObject ? 0x7b : 0x5b);
    const from = scratch.length;
    const pairs: string[] = [];
    let isFirst = true;
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x0a) {
        reader.skip();
        continue;
      }
      if (!isFirst) scratch.u8(0x2c);
      isFirst = false;
      const at = scratch.length;
      if (isObject) this.#printJsonPair(depth);
      else this.#printJsonValue(depth);
      if (this.#sortsKeys && isObject) {
        pairs.push(Buffer.from(scratch.bytes.subarray(at, scratch.length)).toString('latin1'));
      }
    }
    if (pairs.length > 1) {
      scratch.length = from;
      scratch.append(Buffer.from(pairs.sort().join(), 'latin1'));
    }
    scratch.u8(isObject ? 0x7d : 0x5d);
    reader.leave(outer);
  }

  #printJsonPair(depth: number): void {
    const reader = this.#reader;
    const outer = reader.enter();
    let keyFrom = reader.at;
    let keyTo = keyFrom;
    let valueAt = -1;
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      const at = reader.at;
      reader.skip();
      if (tag === 0x0a) {
        keyTo = reader.at;
        reader.at = at;
        keyFrom = keyTo - reader.size();
        reader.at = keyTo;
      } else if (tag === 0x12) valueAt = at;
    }
    this.#printJsonText(keyFrom, keyTo);
    this.#scratch.u8(0x3a);
    if (valueAt < 0) this.#scratch.text('null');
    else {
      reader.at = valueAt;
      this.#printJsonValue(depth);
    }
    reader.leave(outer);
  }

  #printJsonValue(depth: number): void {
    const outer = this.#reader.enter();
    this.#printJson(this.#choose(), depth + 1);
    this.#reader.leave(outer);
  }

  #printJsonText(from: number, to: number): void {
    const { bytes } = this.#reader;
    const scratch = this.#scratch;
    scratch.u8(0x22);
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte === 0x22 || byte === 0x5c) {
        scratch.u8(0x5c);
        scratch.u8(byte);
      } else if (byte < 0x20) scratch.text(`\\u${byte.toString(16).padStart(4, '0')}`);
      else scratch.u8(byte);
    }
    scratch.u8(0x22);
  }
}

const emptyValue = Uint8Array.of(attributeTag.empty);

const isValueTag = (tag: number): boolean =>
  tag === 0x0a ||
  tag === 0x10 ||
  tag === 0x18 ||
  tag === 0x21 ||
  tag === 0x2a ||
  tag === 0x32 ||
  tag === 0x3a;

/** Doubles of whole value keep their point; those that JSON has no number for are strings. */
function jsonDouble(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
