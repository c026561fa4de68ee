// One export request while it is read: the cursor, what decoding needs beside it, and the walk over
// the levels that the three signals have in common.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
//
//   Export…ServiceRequest { repeated Resource… = 1 }
//   Resource… { Resource resource = 1, repeated Scope… = 2, string schema_url = 3 }
//   Scope…    { InstrumentationScope scope = 1, repeated items = 2, string schema_url = 3 }
import { Hash64 } from '#lib/hash.ts';
import { ProtobufReader } from '#lib/protobuf-reader.ts';
import type { Signal } from '#model/batch.ts';
import { StringColumn } from '#model/column.ts';
import { stringsOf } from '#model/column-entries.ts';
import type { IdentityClaims } from '#model/identity.ts';
import { Rejections } from '#model/rejections.ts';
import type { DecodeContext } from './decode-context.ts';
import { findResourceText } from './origin.ts';
import type { RejectionReason } from './rejections.ts';
import { TimeWindow } from './time-window.ts';
import { ValueScanner } from './value.ts';

/**
 * So many parts (resources, scopes, items, events, links, exemplars) are taken of any body, and of
 * larger ones one per so many bytes: every part costs some hundred bytes of columns, and one that says
 * anything is longer than this. So nobody fills our memory with parts of two bytes.
 */
const partsMin = 10_000;
const bytesPerPart: Readonly<Record<Signal, number>> = { traces: 16, metrics: 8, logs: 8 };

const serviceNameBytesMax = 1024;
const serviceNameKey = new TextEncoder().encode('service.name');
const defaultAttributeBytesMax = 1024 * 1024;

/** Where the items being read came from, as ranges of the body. */
export class OriginRange {
  resourceFrom = 0;
  resourceTo = 0;
  resourceSchemaUrlFrom = 0;
  resourceSchemaUrlTo = 0;
  scopeFrom = 0;
  scopeTo = 0;
  scopeSchemaUrlFrom = 0;
  scopeSchemaUrlTo = 0;
  /** Hash of the tenant and of all these ranges. */
  keyLow = 0;
  keyHigh = 0;
  /** Hash of the tenant and of those of the resource. */
  resourceKeyLow = 0;
  resourceKeyHigh = 0;
  /** `service.name` of the resource, as the one value of a column. */
  serviceName = new StringColumn();
}

/** What a signal does with the parts of its request. */
export interface SignalScanner {
  /** A scope of a resource begins; `body.origin` tells which. */
  origin(): void;
  /** An item; the reader is inside its message. */
  item(): void;
  /** All scopes of the resource have been read. */
  resourceEnd?(): void;
}

export class Body {
  readonly reader: ProtobufReader;
  readonly context: DecodeContext;
  readonly values: ValueScanner;
  readonly claims: IdentityClaims;
  readonly times: TimeWindow;
  readonly hash = new Hash64();
  readonly rejections = new Rejections<RejectionReason>();
  readonly origin = new OriginRange();
  readonly tenantLow: number;
  readonly tenantHigh: number;
  #partsLeft: number;
  #headFrom = 0;
  #headTo = 0;
  #schemaUrlFrom = 0;
  #schemaUrlTo = 0;

  constructor(signal: Signal, bytes: Uint8Array, context: DecodeContext) {
    this.#partsLeft = partsMin + bytes.length / bytesPerPart[signal];
    this.reader = new ProtobufReader(bytes);
    this.context = context;
    this.values = new ValueScanner(
      this.reader,
      context.limits.attributeBytesMax ?? defaultAttributeBytesMax,
    );
    this.claims = context.identities.claims();
    this.times = new TimeWindow(context.limits);
    const tenant = new TextEncoder().encode(context.tenant);
    this.hash.update(tenant, 0, tenant.length, 0, 0);
    this.tenantLow = this.hash.low;
    this.tenantHigh = this.hash.high;
  }

  /** To be called for every part that makes rows, array elements or objects. */
  countPart(): void {
    if (--this.#partsLeft < 0) throw this.reader.malformed('it has too many parts for its size');
  }

  walk(scanner: SignalScanner): void {
    const { reader } = this;
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x0a) {
        reader.skip();
        continue;
      }
      const outer = reader.enter();
      this.#walkResource(scanner);
      reader.leave(outer);
    }
  }

  /** Fields 1 and 3 may come after the scopes: so once for them, once for the scopes. */
  #walkResource(scanner: SignalScanner): void {
    const { reader, origin, hash } = this;
    const start = reader.at;
    this.countPart();
    this.#findHead();
    origin.resourceFrom = this.#headFrom;
    origin.resourceTo = this.#headTo;
    origin.resourceSchemaUrlFrom = this.#schemaUrlFrom;
    origin.resourceSchemaUrlTo = this.#schemaUrlTo;
    origin.serviceName = new StringColumn();
    findResourceText(this, serviceNameKey, origin.serviceName);
    if (origin.serviceName.byteLength > serviceNameBytesMax) this.#cutServiceName();
    hash.low = this.tenantLow;
    hash.high = this.tenantHigh;
    this.#chain(origin.resourceFrom, origin.resourceTo);
    this.#chain(origin.resourceSchemaUrlFrom, origin.resourceSchemaUrlTo);
    origin.resourceKeyLow = hash.low;
    origin.resourceKeyHigh = hash.high;
    reader.at = start;
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x12) {
        reader.skip();
        continue;
      }
      const outer = reader.enter();
      this.#walkScope(scanner);
      reader.leave(outer);
    }
    scanner.resourceEnd?.();
  }

  /** Only for the column of every span; the resource keeps it whole. */
  #cutServiceName(): void {
    const [name = ''] = stringsOf(this.origin.serviceName);
    this.origin.serviceName = new StringColumn();
    this.origin.serviceName.appendText(name.slice(0, serviceNameBytesMax / 4));
  }

  #walkScope(scanner: SignalScanner): void {
    const { reader, origin, hash } = this;
    const start = reader.at;
    this.countPart();
    this.#findHead();
    origin.scopeFrom = this.#headFrom;
    origin.scopeTo = this.#headTo;
    origin.scopeSchemaUrlFrom = this.#schemaUrlFrom;
    origin.scopeSchemaUrlTo = this.#schemaUrlTo;
    hash.low = origin.resourceKeyLow;
    hash.high = origin.resourceKeyHigh;
    this.#chain(origin.scopeFrom, origin.scopeTo);
    this.#chain(origin.scopeSchemaUrlFrom, origin.scopeSchemaUrlTo);
    origin.keyLow = hash.low;
    origin.keyHigh = hash.high;
    scanner.origin();
    reader.at = start;
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x12) {
        reader.skip();
        continue;
      }
      const outer = reader.enter();
      this.countPart();
      scanner.item();
      reader.leave(outer);
    }
  }

  /** Finds fields 1 (resource or scope) and 3 (schema_url) of the message the reader is in. */
  #findHead(): void {
    const { reader } = this;
    this.#headFrom = this.#headTo = 0;
    this.#schemaUrlFrom = this.#schemaUrlTo = 0;
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag !== 0x0a && tag !== 0x1a) {
        reader.skip();
        continue;
      }
      const size = reader.size();
      if (tag === 0x0a) {
        this.#headFrom = reader.at;
        this.#headTo = reader.at + size;
      } else {
        this.#schemaUrlFrom = reader.at;
        this.#schemaUrlTo = reader.at + size;
      }
      reader.at += size;
    }
  }

  #chain(from: number, to: number): void {
    this.hash.update(this.reader.bytes, from, to, this.hash.low, this.hash.high);
  }
}
