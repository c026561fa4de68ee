// Resource and instrumentation scope, from the wire to an Origin. Read in full only when an identity is
// made: once per scope and day.
//
//   Resource { repeated KeyValue attributes = 1, uint32 dropped_attributes_count = 2 }
//   InstrumentationScope { string name = 1, string version = 2, repeated KeyValue attributes = 3,
//                          uint32 dropped_attributes_count = 4 }
import { sortedPairs } from '#model/canonical.ts';
import { type StringColumn, stringMap } from '#model/column.ts';
import { pairsOf } from '#model/column-entries.ts';
import type { Origin } from '#model/origin.ts';
import type { Body } from './body.ts';

/** The resource and scope that `body` is at. Its reader stays where it is. */
export function readOrigin(body: Body): Origin {
  const { origin } = body;
  const resource = readPart(body, origin.resourceFrom, origin.resourceTo, resourceTags);
  const scope = readPart(body, origin.scopeFrom, origin.scopeTo, scopeTags);
  return {
    resourceAttributes: resource.attributes,
    resourceDroppedAttributesCount: resource.droppedAttributesCount,
    resourceSchemaUrl: textAt(body, origin.resourceSchemaUrlFrom, origin.resourceSchemaUrlTo),
    scopeName: scope.name,
    scopeVersion: scope.version,
    scopeAttributes: scope.attributes,
    scopeDroppedAttributesCount: scope.droppedAttributesCount,
    scopeSchemaUrl: textAt(body, origin.scopeSchemaUrlFrom, origin.scopeSchemaUrlTo),
  };
}

/** Resource attributes by name. The reader of `body` stays where it is. */
export function readResourceAttributes(body: Body): ReadonlyMap<string, string> {
  const { resourceFrom, resourceTo } = body.origin;
  return new Map(readPart(body, resourceFrom, resourceTo, resourceTags).attributes);
}

interface PartTags {
  readonly name: number;
  readonly version: number;
  readonly attribute: number;
  readonly dropped: number;
}

/** 0 is no tag at all. */
const resourceTags: PartTags = { name: 0, version: 0, attribute: 0x0a, dropped: 0x10 };
const scopeTags: PartTags = { name: 0x0a, version: 0x12, attribute: 0x1a, dropped: 0x20 };

function readPart(body: Body, from: number, to: number, tags: PartTags) {
  const { reader, values } = body;
  const { at, limit } = reader;
  const attributes = stringMap();
  let name = '';
  let version = '';
  let droppedAttributesCount = 0;
  reader.at = from;
  reader.limit = to;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === tags.attribute) values.attribute(attributes);
    else if (tag === tags.name) name = reader.text();
    else if (tag === tags.version) version = reader.text();
    else if (tag === tags.dropped) droppedAttributesCount = reader.varint();
    else reader.skip();
    if (values.isTooLarge) {
      values.isTooLarge = false;
      droppedAttributesCount++;
      body.rejections.warn(
        'an attribute of a resource or scope is larger than ingest.max_attribute_bytes or nested too deep: left out or cut',
      );
    }
  }
  reader.at = at;
  reader.limit = limit;
  return { attributes: sortedPairs(pairsOf(attributes)), name, version, droppedAttributesCount };
}

function textAt(body: Body, from: number, to: number): string {
  return textDecoder.decode(body.reader.bytes.subarray(from, to));
}

const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Appends the text of one resource attribute to `target`, '' when it is not there. Of equal keys the
 * last counts. The reader stays where it is.
 */
export function findResourceText(body: Body, key: Uint8Array, target: StringColumn): void {
  const { reader, values, origin } = body;
  const { at, limit } = reader;
  let valueAt = -1;
  let valueLimit = 0;
  reader.at = origin.resourceFrom;
  reader.limit = origin.resourceTo;
  while (reader.at < reader.limit) {
    if (reader.tag() !== 0x0a) {
      reader.skip();
      continue;
    }
    const outer = reader.enter();
    const found = findValue(body, key);
    if (found >= 0) {
      valueAt = found;
      valueLimit = reader.limit;
    }
    reader.leave(outer);
  }
  if (valueAt < 0) target.appendEmpty();
  else {
    reader.at = valueAt;
    reader.limit = valueLimit;
    values.plain(target);
    values.isTooLarge = false;
  }
  reader.at = at;
  reader.limit = limit;
}

/** Where the value of the KeyValue that the reader is in begins, or -1 when its key is another. */
function findValue({ reader }: Body, key: Uint8Array): number {
  let isKey = false;
  let valueAt = -1;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    const at = reader.at;
    reader.skip();
    if (tag === 0x0a) isKey = endsWith(reader.bytes, at, reader.at, key);
    else if (tag === 0x12) valueAt = at;
  }
  return isKey ? valueAt : -1;
}

/** Whether the length-prefixed bytes at `from` are `key`, which is shorter than 128 bytes. */
function endsWith(bytes: Uint8Array, from: number, to: number, key: Uint8Array): boolean {
  if (to - from !== key.length + 1) return false;
  for (let i = 0; i < key.length; i++) if (bytes[from + 1 + i] !== key[i]) return false;
  return true;
}
