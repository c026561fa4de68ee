// The value of a number data point or an exemplar: the 8 bytes of a double, as two halves. Doubles keep
// their bits (NaN payloads); integers become the nearest double.
import type { ProtobufReader } from '#lib/protobuf-reader.ts';

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

export class NumberValue {
  low = 0;
  high = 0;
  isThere = false;

  clear(): void {
    this.low = this.high = 0;
    this.isThere = false;
  }

  /** Reads `as_double`. */
  readDouble(reader: ProtobufReader): void {
    reader.fixed64();
    this.low = reader.low;
    this.high = reader.high;
    this.isThere = true;
  }

  /** Reads `as_int`, an sfixed64. */
  readInt(reader: ProtobufReader): void {
    reader.fixed64();
    this.set((reader.high | 0) * 0x100000000 + reader.low);
  }

  set(value: number): void {
    double[0] = value;
    this.low = halves[0] as number;
    this.high = halves[1] as number;
    this.isThere = true;
  }
}
