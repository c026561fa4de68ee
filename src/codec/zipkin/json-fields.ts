// Fields of a JSON object, with their types checked and their places named.
import { parseHexId } from './hex-id.ts';

/**
 * A span that cannot be taken: where in the body, and what was expected there. A body may have a million
 * of them: they have no stack, and a message only for who asks.
 */
export class BadSpan {
  readonly describe: () => string;
  constructor(describe: () => string) {
    this.describe = describe;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A value and where it is. */
export class Field {
  readonly value: unknown;
  readonly #parent: Field | undefined;
  readonly #key: string | number;

  constructor(value: unknown, parent?: Field, key: string | number = '') {
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  /** Like `[3].tags`. */
  get place(): string {
    if (!this.#parent) return '';
    const key = this.#key;
    return this.#parent.place + (typeof key === 'number' ? `[${key}]` : `.${key}`);
  }

  /** Null is missing. */
  get isMissing(): boolean {
    return this.value === undefined || this.value === null;
  }

  get(name: string): Field {
    return new Field(this.object()[name], this, name);
  }

  object(): JsonObject {
    const { value } = this;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw this.bad('an object');
    }
    return value as JsonObject;
  }

  /** Elements; none where it is missing. */
  list(): Field[] {
    if (this.isMissing) return [];
    if (!Array.isArray(this.value)) throw this.bad('an array');
    return this.value.map((item, index) => new Field(item, this, index));
  }

  /** '' where it is missing. */
  text(): string {
    if (this.isMissing) return '';
    if (typeof this.value !== 'string') throw this.bad('a string');
    return this.value;
  }

  /** A whole number that is not negative, as number or text; undefined where it is missing. */
  whole(): bigint | undefined {
    if (this.isMissing) return undefined;
    const { value } = this;
    if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return BigInt(value);
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw this.bad('a number that is not negative');
    }
    return BigInt(Math.floor(value));
  }

  flag(): boolean {
    if (this.isMissing) return false;
    if (typeof this.value !== 'boolean') throw this.bad('true or false');
    return this.value;
  }

  /** Hexadecimal, of at most `size` bytes; zeros where it is missing or ''. */
  id(size: number): Uint8Array {
    const text = this.text();
    const id = text === '' ? new Uint8Array(size) : parseHexId(text, size);
    if (!id) throw this.bad(`1 to ${size * 2} hexadecimal digits`);
    return id;
  }

  bad(expected: string): BadSpan {
    return new BadSpan(() => {
      const found = JSON.stringify(this.value) ?? 'nothing';
      const shown = found.length > 60 ? `${found.slice(0, 60)}…` : found;
      return `${this.place}: expected ${expected}, was ${shown}`;
    });
  }
}
