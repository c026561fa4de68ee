// Reads Apache Thrift in place, in its binary and its compact protocol: a cursor over bytes that
// never looks past their end, and believes no size before it has seen that many bytes.
// We have our own because a reader of two structs is small, and the official library makes an object
// per field, believes the sizes of containers, and is made for clients and servers.
// Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
//       https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
//
//   reader.struct((id, type) => {
//     if (id === 1 && type === thriftType.i64) start = reader.i64();
//     else return false;            // not read: it is passed over
//     return true;
//   });

/** Types as the binary protocol numbers them; the compact one has its own numbers on the wire. */
export const thriftType = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

/** The bytes are not Thrift: what is wrong, at which byte, in which element of which list. */
export class MalformedThrift extends Error {
  override readonly name = 'MalformedThrift';
  readonly offset: number;
  /** Like `spans[3].tags[0]`; '' outside of every list. */
  path = '';
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface ThriftMessage {
  readonly name: string;
  /** 1 a call, 4 a call without an answer. */
  readonly kind: number;
}

/** Reads the value of a field and answers true, or leaves it alone and answers false. */
export type FieldReader = (id: number, type: number) => boolean;

const depthMax = 32;

export abstract class ThriftReader {
  readonly bytes: Uint8Array;
  /** The next byte to be read. */
  at = 0;
  /** The last i64 that was read: two unsigned halves. */
  low = 0;
  high = 0;
  protected readonly view: DataView;
  /** Makes text of short ranges several times faster than a TextDecoder. */
  readonly #buffer: Buffer;
  /** Of the field whose header was read last. */
  protected fieldId = 0;
  #depth = 0;
  /** Structs may be of one byte, and what is made of them of a hundred; one that says something has nine. */
  #structsLeft: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#structsLeft = 1000 + (bytes.length >>> 3);
  }

  /** The head of a message (a call); its arguments follow as a struct. */
  abstract message(): ThriftMessage;
  abstract bool(): boolean;
  abstract i16(): number;
  abstract i32(): number;
  abstract double(): number;
  /** An i64, into `low` and `high`. */
  abstract halves(): void;
  protected abstract size(): number;
  /** The type of the next field, its id in `fieldId`. */
  protected abstract field(): number;
  protected abstract listHead(): { readonly type: number; readonly size: number };
  protected abstract mapHead(): {
    readonly key: number;
    readonly value: number;
    readonly size: number;
  };
  /** Fewest bytes of a value of this type. */
  protected abstract bytesMin(type: number): number;

  byte(): number {
    this.need(1);
    return this.view.getInt8(this.at++);
  }

  i64(): bigint {
    this.halves();
    return (BigInt(this.high | 0) << 32n) | BigInt(this.low);
  }

  /** Bytes behind a length, as a view of the input. */
  binary(): Uint8Array {
    const from = this.#passBytes();
    return this.bytes.subarray(from, this.at);
  }

  /** Text behind a length; invalid UTF-8 becomes U+FFFD. */
  text(): string {
    const from = this.#passBytes();
    return this.#buffer.toString('utf8', from, this.at);
  }

  /** `cost` is how much is made of it, compared with a tag. */
  struct(read: FieldReader, cost = 1): void {
    this.#structsLeft -= cost;
    if (this.#structsLeft < 0) throw this.malformed('it has too many parts for its size');
    this.#enter();
    const outer = this.fieldId;
    this.fieldId = 0;
    for (let type = this.field(); type !== thriftType.stop; type = this.field()) {
      if (!read(this.fieldId, type)) this.skip(type);
    }
    this.fieldId = outer;
    this.#depth--;
  }

  /** Calls `item` for each element of a list or set; one of another type is passed over. */
  list(name: string, type: number, item: () => void): void {
    const head = this.listHead();
    this.#checkSize(head.size, this.bytesMin(head.type));
    this.#enter();
    let index = 0;
    try {
      for (; index < head.size; index++) {
        if (head.type === type) item();
        else this.skip(head.type);
      }
    } catch (error) {
      if (error instanceof MalformedThrift) {
        error.path = `${name}[${index}]${error.path === '' ? '' : `.${error.path}`}`;
      }
      throw error;
    }
    this.#depth--;
  }

  /** Passes over a value. */
  skip(type: number): void {
    switch (type) {
      case thriftType.bool:
        this.bool();
        return;
      case thriftType.byte:
        this.byte();
        return;
      case thriftType.i16:
        this.i16();
        return;
      case thriftType.i32:
        this.i32();
        return;
      case thriftType.i64:
        this.halves();
        return;
      case thriftType.double:
        this.double();
        return;
      case thriftType.string:
        this.#passBytes();
        return;
      case thriftType.struct:
        this.struct(() => false);
        return;
      case thriftType.list:
      case thriftType.set:
        this.list('', -1, () => {});
        return;
      case thriftType.map:
        this.#skipMap();
        return;
      default:
        throw this.malformed(`there is no type ${type}`);
    }
  }

  malformed(message: string, offset = this.at): MalformedThrift {
    return new MalformedThrift(message, offset);
  }

  protected need(size: number): void {
    if (size > this.bytes.length - this.at) throw this.malformed('it ends inside a value');
  }

  /** Goes over bytes behind a length: from the answer up to `at`. */
  #passBytes(): number {
    const size = this.size();
    if (size < 0 || size > this.bytes.length - this.at) {
      throw this.malformed('a length runs beyond the end');
    }
    this.at += size;
    return this.at - size;
  }

  #skipMap(): void {
    const { key, value, size } = this.mapHead();
    if (size === 0) return;
    this.#checkSize(size, this.bytesMin(key) + this.bytesMin(value));
    this.#enter();
    for (let index = 0; index < size; index++) {
      this.skip(key);
      this.skip(value);
    }
    this.#depth--;
  }

  #checkSize(size: number, bytesMin: number): void {
    if (size < 0 || size * bytesMin > this.bytes.length - this.at) {
      throw this.malformed(`a container of ${size} elements runs beyond the end`);
    }
  }

  #enter(): void {
    if (++this.#depth > depthMax) throw this.malformed('it is nested too deeply');
  }
}
