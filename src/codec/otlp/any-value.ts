// A stored attribute (src/model/attribute.ts) as OTLP's AnyValue, in protobuf and in JSON: the way
// back of value.ts. Spec: https://opentelemetry.io/docs/specs/otel/common/#anyvalue
import type { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { attributeText, attributeTypeOf } from '#model/attribute.ts';

export type AnyValue =
  | { readonly type: 'string' | 'bytes'; readonly text: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'array'; readonly items: readonly AnyValue[] }
  | { readonly type: 'map'; readonly entries: readonly (readonly [string, AnyValue])[] }
  | { readonly type: 'empty' };

/** `bytes` stay base64 in `text`. */
export function toAnyValue(stored: string): AnyValue {
  const text = attributeText(stored);
  switch (attributeTypeOf(stored)) {
    case 'string':
      return { type: 'string', text };
    case 'bytes':
      return { type: 'bytes', text };
    case 'bool':
      return { type: 'bool', value: text === 'true' };
    case 'int':
      return { type: 'int', value: BigInt(text) };
    case 'double':
      return { type: 'double', value: Number(text) };
    case 'json':
      return new JsonValues(text).value();
    case 'empty':
      return { type: 'empty' };
  }
}

/** JSON that keeps 1 (an integer) and 1.0 (a double) apart, which JSON.parse does not. */
class JsonValues {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** One value; text that is no JSON any more (cut off, say) ends where it ends. */
  value(): AnyValue {
    const first = this.#peek();
    if (first === '"') return { type: 'string', text: this.#string() };
    if (first === '[') return { type: 'array', items: this.#list(']', () => this.value()) };
    if (first === '{') return { type: 'map', entries: this.#list('}', () => this.#entry()) };
    const word = /[^\s,\]}]*/y;
    word.lastIndex = this.#at;
    const token = word.exec(this.#text)?.[0] ?? '';
    this.#at += Math.max(token.length, 1);
    if (token === 'true' || token === 'false') return { type: 'bool', value: token === 'true' };
    if (/^-?\d+$/.test(token)) return { type: 'int', value: BigInt(token) };
    return /^-?\d/.test(token) ? { type: 'double', value: Number(token) } : { type: 'empty' };
  }

  #entry(): readonly [string, AnyValue] {
    const key = this.#peek() === '"' ? this.#string() : '';
    if (this.#peek() === ':') this.#at++;
    return [key, this.value()];
  }

  #list<Item>(end: string, item: () => Item): Item[] {
    const items: Item[] = [];
    this.#at++;
    for (let next = this.#peek(); next !== undefined && next !== end; next = this.#peek()) {
      if (next === ',') this.#at++;
      else items.push(item());
    }
    this.#at++;
    return items;
  }

  #string(): string {
    const quoted = /"(?:[^"\\]|\\.)*"/sy;
    quoted.lastIndex = this.#at;
    const found = quoted.exec(this.#text)?.[0];
    this.#at += found?.length ?? this.#text.length;
    return found === undefined ? '' : (JSON.parse(found) as string);
  }

  #peek(): string | undefined {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text[this.#at];
  }
}

/** As a value in JSON: 64-bit integers as text, bytes as base64. */
export function anyValueJson(value: AnyValue): unknown {
  switch (value.type) {
    case 'string':
      return { stringValue: value.text };
    case 'bytes':
      return { bytesValue: value.text };
    case 'bool':
      return { boolValue: value.value };
    case 'int':
      return { intValue: String(value.value) };
    case 'double':
      return { doubleValue: Number.isFinite(value.value) ? value.value : String(value.value) };
    case 'array':
      return { arrayValue: { values: value.items.map(anyValueJson) } };
    case 'map':
      return {
        kvlistValue: {
          values: value.entries.map(([key, each]) => ({ key, value: anyValueJson(each) })),
        },
      };
    case 'empty':
      return {};
  }
}

/** The fields of an AnyValue message; the oneof is written also where it is the default. */
export function writeAnyValue(writer: ProtobufWriter, value: AnyValue): void {
  switch (value.type) {
    case 'string':
      writer.text(1, value.text);
      return;
    case 'bool':
      writer.bool(2, value.value);
      return;
    case 'int':
      writer.varint64(3, value.value);
      return;
    case 'double':
      writer.double(4, value.value);
      return;
    case 'array':
      writer.message(5, () => {
        for (const item of value.items) writer.message(1, () => writeAnyValue(writer, item));
      });
      return;
    case 'map':
      writer.message(6, () => {
        for (const [key, each] of value.entries) writeKeyValue(writer, 1, key, each);
      });
      return;
    case 'bytes':
      writer.bytes(7, Buffer.from(value.text, 'base64'));
      return;
    case 'empty':
      return;
  }
}

/** KeyValue { string key = 1, AnyValue value = 2 } */
export function writeKeyValue(
  writer: ProtobufWriter,
  field: number,
  key: string,
  value: AnyValue,
): void {
  writer.message(field, () => {
    writer.text(1, key);
    writer.message(2, () => writeAnyValue(writer, value));
  });
}
