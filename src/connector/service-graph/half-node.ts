// What a half of an edge says of its service and of the other side, once per distinct value: halves name
// it by a number. In: a resource and those attributes of a span that matter; out: numbers, and what they
// stand for. Text is made only of what has not been seen before.
import { Hash64 } from '#lib/hash.ts';
import { attributeText } from '#model/attribute.ts';
import type { Pairs } from '#model/canonical.ts';
import type { EdgeHalf } from '#pipeline/edge-store.ts';
import type { EdgeSeries } from './edge-series.ts';
import type { ServiceGraphSettings } from './settings.ts';
import { textBytesMax, WantedAttributes } from './wanted-attributes.ts';

export interface HalfNode {
  readonly tenant: string;
  readonly service: string;
  readonly serviceNamespace: string;
  /** Whom the span names as its other side; '' when nobody. */
  readonly peer: string;
  /** The database that the span asks; '' when it asks none. */
  readonly database: string;
  /** Of the configured attributes those that are there, by name. */
  readonly dimensions: Pairs;
  /** Of edges with this half, by what tells them apart. */
  readonly series: Map<number, EdgeSeries>;
}

export interface GraphResource {
  readonly tenant: string;
  /** '' when the resource names none: its spans make no edges. */
  readonly service: string;
  readonly serviceNamespace: string;
  readonly number: number;
  /** By the number of the wanted attribute; undefined where the resource has none. */
  readonly values: readonly (string | undefined)[];
}

/** Which other side a half may name: a client's server, the client of a root span, or none. */
export const halfRole = { client: 0, root: 1, server: 2 } as const;
export type HalfRole = (typeof halfRole)[keyof typeof halfRole];

const peerAddress = 'network.peer.address';
const peerPort = 'network.peer.port';
/** In the order in which they name a database. */
const hosts = ['peer.service', 'server.address', peerAddress];
const none = -1;
const resourcesMax = 10_000;

export class HalfNodes {
  readonly wanted: WantedAttributes;
  readonly #databaseNames: readonly number[];
  readonly #databases: readonly number[];
  readonly #peers: readonly number[];
  readonly #dimensions: readonly number[];
  readonly #peerAddress: number;
  readonly #peerPort: number;
  readonly #resources = new WeakMap<ReadonlyMap<string, string>, GraphResource>();
  #resourceByText = new Map<string, GraphResource>();
  #resourceCount = 0;
  #nodes: HalfNode[] = [];
  /** Halves of the hash of what makes a node; of nodes from the store 0. */
  #low: number[] = [];
  #high: number[] = [];
  /** By the low half, or the first free number after it. */
  #byHash = new Map<number, number>();
  #byText = new Map<string, number>();
  readonly #hash = new Hash64();

  constructor({ peerAttributes, databaseNameAttributes, dimensions }: ServiceGraphSettings) {
    const some = [...hosts, peerPort, ...peerAttributes, ...databaseNameAttributes];
    this.wanted = new WantedAttributes([...some, ...dimensions]);
    const numbers = (names: readonly string[]) => names.map((name) => this.wanted.numberOf(name));
    this.#databases = numbers(databaseNameAttributes);
    this.#databaseNames = numbers([...hosts, ...databaseNameAttributes]);
    this.#peers = numbers(peerAttributes);
    this.#dimensions = numbers(dimensions);
    this.#peerAddress = this.wanted.numberOf(peerAddress);
    this.#peerPort = this.wanted.numberOf(peerPort);
  }

  get count(): number {
    return this.#nodes.length;
  }

  at(number: number): HalfNode {
    return this.#nodes[number] as HalfNode;
  }

  resource(tenant: string, attributes: ReadonlyMap<string, string>): GraphResource {
    const known = this.#resources.get(attributes);
    if (known?.tenant === tenant) return known;
    const text = (name: string): string =>
      attributeText(attributes.get(name) ?? '').slice(0, textBytesMax);
    const said = {
      tenant,
      service: text('service.name'),
      serviceNamespace: text('service.namespace'),
      values: this.wanted.names.map((name) => text(name) || undefined),
    };
    // The processes of a service are one: else a thousand clients of a thousand servers were a million edges.
    const key = JSON.stringify(said);
    const made = this.#resourceByText.get(key) ?? { ...said, number: this.#resourceCount++ };
    // Those that are forgotten get another number, and nodes of their own.
    if (this.#resourceByText.size >= resourcesMax) this.#resourceByText.clear();
    this.#resourceByText.set(key, made);
    this.#resources.set(attributes, made);
    return made;
  }

  /** Whether the attributes of a span are to be read. */
  needsAttributes(role: HalfRole): boolean {
    return role !== halfRole.server || this.#dimensions.length > 0;
  }

  /** The node of a span whose attributes `wanted` has read. */
  ofSpan(resource: GraphResource, role: HalfRole): number {
    const database = role === halfRole.client ? this.#databaseOf(resource) : none;
    const peer = database !== none || role === halfRole.server ? none : this.#peerOf();
    const hash = this.#hash;
    hash.low = resource.number;
    hash.high = (role << 24) + ((database + 1) << 12) + peer + 1;
    if (database !== none) this.#mix(resource, database);
    if (database === this.#peerAddress) this.#mix(resource, this.#peerPort);
    if (peer !== none) this.#mixSpan(peer);
    for (const dimension of this.#dimensions) this.#mix(resource, dimension);
    const { low, high } = hash;
    let key = low | 0;
    for (;;) {
      const found = this.#byHash.get(key);
      if (found === undefined) break;
      if (this.#low[found] === low && this.#high[found] === high) return found;
      key = (key + 1) | 0;
    }
    this.#byHash.set(key, this.#nodes.length);
    return this.#add(this.#nodeOf(resource, database, peer), low, high);
  }

  /** The node of a half that another process has written. */
  ofStored(half: EdgeHalf): number {
    const { tenant, isServer, service, serviceNamespace, peer, dimensions } = half;
    const key = JSON.stringify([tenant, isServer, service, serviceNamespace, peer, dimensions]);
    const found = this.#byText.get(key);
    if (found !== undefined) return found;
    this.#byText.set(key, this.#nodes.length);
    const database = '';
    const series = new Map<number, EdgeSeries>();
    return this.#add(
      { tenant, service, serviceNamespace, peer, database, dimensions, series },
      0,
      0,
    );
  }

  /** Series are asked for again: there may be room now for what had none. */
  forgetSeries(): void {
    for (const { series } of this.#nodes) series.clear();
  }

  /** Forgets all nodes but those of `used`; answers their new numbers, by the old ones. */
  keep(used: Iterable<number>): ReadonlyMap<number, number> {
    const numbers = new Map<number, number>();
    const [nodes, lows, highs] = [this.#nodes, this.#low, this.#high];
    this.#nodes = [];
    this.#low = [];
    this.#high = [];
    this.#byHash = new Map();
    this.#byText = new Map();
    this.#resourceByText = new Map();
    for (const number of used) {
      if (numbers.has(number)) continue;
      const node = nodes[number] as HalfNode;
      const [low, high] = [lows[number] as number, highs[number] as number];
      if (low !== 0 || high !== 0) {
        let key = low | 0;
        while (this.#byHash.has(key)) key = (key + 1) | 0;
        this.#byHash.set(key, this.#nodes.length);
      }
      numbers.set(number, this.#add({ ...node, series: new Map() }, low, high));
    }
    return numbers;
  }

  #add(node: HalfNode, low: number, high: number): number {
    this.#low.push(low);
    this.#high.push(high);
    return this.#nodes.push(node) - 1;
  }

  /** The attribute that names the database; -1 when the span asks none. */
  #databaseOf(resource: GraphResource): number {
    for (const number of this.#databases) {
      if (this.#has(resource, number)) return this.#firstOf(this.#databaseNames, resource);
    }
    return none;
  }

  #firstOf(numbers: readonly number[], resource: GraphResource): number {
    for (const number of numbers) if (this.#has(resource, number)) return number;
    return none;
  }

  /** Only spans name their other side: a resource would name itself. */
  #peerOf(): number {
    for (const number of this.#peers) if (this.wanted.has(number)) return number;
    return none;
  }

  #has(resource: GraphResource, number: number): boolean {
    return this.wanted.has(number) || resource.values[number] !== undefined;
  }

  /** What the resource says counts first, and is in its number. */
  #mix(resource: GraphResource, number: number): void {
    if (resource.values[number] === undefined) this.#mixSpan(number);
  }

  #mixSpan(number: number): void {
    const { bytes, from, to } = this.wanted;
    const at = from[number] as number;
    const hash = this.#hash;
    const low = hash.low ^ Math.imul(number + 1, 0x9e3779b1);
    if (at === none) hash.update(bytes, 0, 0, low, hash.high);
    else hash.update(bytes, at, to[number] as number, low, ~hash.high);
  }

  #nodeOf(resource: GraphResource, database: number, peer: number): HalfNode {
    const text = (number: number): string =>
      resource.values[number] ?? (this.wanted.has(number) ? this.#spanText(number) : '');
    const name = database === none ? '' : text(database);
    const port = database === this.#peerAddress && name !== '' ? text(this.#peerPort) : '';
    const dimensions = this.#dimensions.map(
      (n) => [this.wanted.names[n] as string, text(n)] as const,
    );
    return {
      tenant: resource.tenant,
      service: resource.service,
      serviceNamespace: resource.serviceNamespace,
      peer: peer === none ? '' : this.#spanText(peer),
      database: port === '' ? name : `${name}:${port}`,
      dimensions: dimensions.filter(([, value]) => value !== ''),
      series: new Map(),
    };
  }

  #spanText(number: number): string {
    return attributeText(this.wanted.textOf(number));
  }
}
