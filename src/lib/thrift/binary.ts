// The binary protocol of Thrift: numbers of full width, big-endian.
// Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
import { type ThriftMessage, ThriftReader, thriftType } from './reader.ts';

const binaryMin: Readonly<Record<number, number>> = {
  [thriftType.bool]: 1,
  [thriftType.byte]: 1,
  [thriftType.double]: 8,
  [thriftType.i16]: 2,
  [thriftType.i32]: 4,
  [thriftType.i64]: 8,
  [thriftType.string]: 4,
  [thriftType.struct]: 1,
  [thriftType.map]: 6,
  [thriftType.set]: 5,
  [thriftType.list]: 5,
};

export class BinaryThriftReader extends ThriftReader {
  message(): ThriftMessage {
    const head = this.i32();
    if (head >= 0) {
      // The old form: name, kind, sequence number.
      this.at -= 4;
      const name = this.text();
      const kind = this.byte();
      this.i32();
      return { name, kind };
    }
    if (head >>> 16 !== 0x8001) throw this.malformed('it is no message of version 1', 0);
    const name = this.text();
    this.i32();
    return { name, kind: head & 0xff };
  }

  bool(): boolean {
    return this.byte() !== 0;
  }

  i16(): number {
    this.need(2);
    this.at += 2;
    return this.view.getInt16(this.at - 2);
  }

  i32(): number {
    this.need(4);
    this.at += 4;
    return this.view.getInt32(this.at - 4);
  }

  double(): number {
    this.need(8);
    this.at += 8;
    return this.view.getFloat64(this.at - 8);
  }

  halves(): void {
    this.need(8);
    this.high = this.view.getUint32(this.at);
    this.low = this.view.getUint32(this.at + 4);
    this.at += 8;
  }

  protected size(): number {
    return this.i32();
  }

  protected field(): number {
    const type = this.byte();
    if (type !== thriftType.stop) this.fieldId = this.i16();
    return type;
  }

  protected listHead() {
    return { type: this.byte(), size: this.i32() };
  }

  protected mapHead() {
    return { key: this.byte(), value: this.byte(), size: this.i32() };
  }

  protected bytesMin(type: number): number {
    return binaryMin[type] ?? 1;
  }
}
