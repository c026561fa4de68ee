// The compact protocol of Thrift: numbers as varints, ids of fields as steps.
// Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
import { type ThriftMessage, ThriftReader, thriftType } from './reader.ts';

/** By the number on the wire: 1 and 2 are true and false. */
const compactTypes = [
  thriftType.stop,
  thriftType.bool,
  thriftType.bool,
  thriftType.byte,
  thriftType.i16,
  thriftType.i32,
  thriftType.i64,
  thriftType.double,
  thriftType.string,
  thriftType.list,
  thriftType.set,
  thriftType.map,
  thriftType.struct,
];

export class CompactThriftReader extends ThriftReader {
  /** The value of a boolean field is in its header. */
  #fieldBool: boolean | undefined;

  message(): ThriftMessage {
    if ((this.byte() & 0xff) !== 0x82) throw this.malformed('it is no compact message', 0);
    const versionAndKind = this.byte() & 0xff;
    if ((versionAndKind & 0x1f) !== 1) throw this.malformed('it is no message of version 1', 1);
    this.#varint();
    return { name: this.text(), kind: versionAndKind >>> 5 };
  }

  bool(): boolean {
    const value = this.#fieldBool;
    this.#fieldBool = undefined;
    return value ?? this.byte() === 1;
  }

  i16(): number {
    return this.i32();
  }

  i32(): number {
    this.#varint();
    return (this.low >>> 1) ^ -(this.low & 1);
  }

  double(): number {
    this.need(8);
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  halves(): void {
    this.#varint();
    const sign = -(this.low & 1);
    this.low = (((this.low >>> 1) | (this.high << 31)) ^ sign) >>> 0;
    this.high = ((this.high >>> 1) ^ sign) >>> 0;
  }

  protected size(): number {
    this.#varint();
    return this.high === 0 ? this.low : -1;
  }

  protected field(): number {
    const head = this.byte() & 0xff;
    if (head === 0) return thriftType.stop;
    const type = this.#type(head & 0xf);
    const step = head >>> 4;
    this.fieldId = step === 0 ? this.i16() : this.fieldId + step;
    if (type === thriftType.bool) this.#fieldBool = (head & 0xf) === 1;
    return type;
  }

  protected listHead() {
    const head = this.byte() & 0xff;
    const short = head >>> 4;
    return { type: this.#type(head & 0xf), size: short === 15 ? this.size() : short };
  }

  protected mapHead() {
    const size = this.size();
    if (size === 0) return { key: 0, value: 0, size };
    const types = this.byte() & 0xff;
    return { key: this.#type(types >>> 4), value: this.#type(types & 0xf), size };
  }

  protected bytesMin(type: number): number {
    return type === thriftType.double ? 8 : 1;
  }

  #type(wire: number): number {
    const type = compactTypes[wire];
    if (type === undefined) throw this.malformed(`there is no type ${wire}`, this.at - 1);
    return type;
  }

  /** Up to ten bytes, into `low` and `high`. */
  #varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 63) throw this.malformed('a varint has more than ten bytes');
      const byte = this.byte() & 0xff;
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (shift - 32);
      if (byte < 0x80) break;
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
  }
}
