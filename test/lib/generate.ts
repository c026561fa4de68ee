// A seeded generator of export requests, in the shape of OTLP JSON (encodeOtlp() gives their bytes): the
// same seed, the same telemetry. Spans, log records and data points of a few services that call each
// other; logs carry the trace ids of the spans of the same seed.
import { attributes, type Json, type JsonObject } from './otlp-json.ts';

export interface GenerateOptions {
  readonly seed: number;
  /** Spans, log records or data points. */
  readonly items: number;
  readonly startUnixNano: bigint;
  /** Between one item and the next; default 1 ms. */
  readonly stepNano?: bigint;
}

/** Random numbers of a seed (mulberry32), the same on every machine. */
export function createRandom(seed: number): { next(): number; below(bound: number): number } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
  return { next, below: (bound) => Math.floor(next() * bound) };
}

type Random = ReturnType<typeof createRandom>;

const services = ['user-service', 'order-service', 'inventory-service', 'payment-service'];
const routes = ['/users/:id', '/orders', '/orders/:id', '/stock/:sku', '/pay'];
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const spansPerTrace = 5;

export function generateTraces(options: GenerateOptions): JsonObject {
  const random = createRandom(options.seed);
  return inServices(options, 'Spans', 'spans', (i) => {
    const start = timeOf(options, i);
    const isRoot = i % spansPerTrace === 0;
    return {
      traceId: traceIdOf(options.seed, Math.floor(i / spansPerTrace)),
      spanId: spanIdOf(options.seed, i),
      ...(isRoot ? {} : { parentSpanId: spanIdOf(options.seed, i - 1) }),
      traceState: random.below(10) === 0 ? 'vendor=1' : '',
      name: `${pick(random, methods)} ${pick(random, routes)}`,
      kind: isRoot ? 2 : 1 + random.below(5),
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(random.below(1e9))),
      attributes: requestAttributes(random),
      events: random.below(5) === 0 ? [exception(start + 1000n)] : [],
      links: random.below(10) === 0 ? [link(options.seed + 1, i)] : [],
      status: random.below(20) === 0 ? { code: 2, message: 'it broke' } : {},
      flags: 257,
    };
  });
}

export function generateLogs(options: GenerateOptions): JsonObject {
  const random = createRandom(options.seed);
  return inServices(options, 'Logs', 'logRecords', (i) => {
    const time = timeOf(options, i);
    const severity = pick(random, [5, 9, 9, 9, 13, 17]);
    const user = random.below(1000);
    return {
      timeUnixNano: String(time),
      observedTimeUnixNano: String(time + 500n),
      severityNumber: severity,
      severityText: ['DEBUG', 'INFO', 'WARN', 'ERROR'][(severity - 5) / 4] as string,
      body: { stringValue: `request of user ${user} took ${random.below(900)} ms` },
      attributes: attributes({ 'user.id': user, 'thread.name': `worker-${random.below(8)}` }),
      traceId: traceIdOf(options.seed, Math.floor(i / spansPerTrace)),
      spanId: spanIdOf(options.seed, i),
      flags: 1,
    };
  });
}

/** A counter, a gauge, a histogram and an exponential histogram by turns, cumulative. */
export function generateMetrics(options: GenerateOptions): JsonObject {
  const random = createRandom(options.seed);
  const start = String(options.startUnixNano);
  return inServices(options, 'Metrics', 'metrics', (i) => {
    const point = {
      startTimeUnixNano: start,
      timeUnixNano: String(timeOf(options, i)),
      attributes: requestAttributes(random),
    };
    return metricOf(i % 4, { ...point, series: i }, random, traceIdOf(options.seed, i));
  });
}

function metricOf(kind: number, point: JsonObject, random: Random, traceId: string): Json {
  if (kind === 0) {
    const exemplars = [
      { asDouble: 1, timeUnixNano: point.timeUnixNano as Json, traceId, spanId: traceId.slice(16) },
    ];
    const dataPoints = [{ ...point, asInt: String(random.below(1e6)), exemplars }];
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
    return {
      name: 'http.server.requests',
      unit: '{request}',
      description: 'Requests served.',
      sum,
    };
  }
  if (kind === 1) {
    const gauge = { dataPoints: [{ ...point, asDouble: random.next() }] };
    return { name: 'system.memory.utilization', unit: '1', gauge };
  }
  const counts = Array.from({ length: 5 }, () => random.below(100));
  const count = String(counts.reduce((sum, one) => sum + one, 0));
  if (kind === 2) {
    const dataPoints = [
      {
        ...point,
        count,
        sum: random.next() * 100,
        bucketCounts: counts.map(String),
        explicitBounds: [0.005, 0.05, 0.5, 5],
      },
    ];
    const histogram = { aggregationTemporality: 2, dataPoints };
    return { name: 'http.server.request.duration', unit: 's', histogram };
  }
  const positive = { offset: random.below(20) - 10, bucketCounts: counts.map(String) };
  const dataPoints = [{ ...point, count, sum: 1.5, scale: 3, zeroCount: '0', positive }];
  const exponentialHistogram = { aggregationTemporality: 2, dataPoints };
  return { name: 'db.client.operation.duration', unit: 's', exponentialHistogram };
}

/** Items dealt out to the services, each with a resource and a scope. */
function inServices(
  options: GenerateOptions,
  group: string,
  items: string,
  create: (index: number) => Json,
): JsonObject {
  const lists: Json[][] = services.map(() => []);
  for (let i = 0; i < options.items; i++) lists[i % services.length]?.push(create(i));
  const groups = lists.map((list, i) => ({
    resource: { attributes: attributes(resourceOf(services[i] as string)) },
    [`scope${group}`]: [{ scope: { name: 'generate', version: '1.0.0' }, [items]: list }],
  }));
  return { [`resource${group}`]: groups };
}

const resourceOf = (service: string): JsonObject => ({
  'service.name': service,
  'service.namespace': 'shop',
  'service.instance.id': `${service}-0`,
  'k8s.pod.name': `${service}-7d9f`,
  'telemetry.sdk.language': 'nodejs',
});

const requestAttributes = (random: Random): Json =>
  attributes({
    'http.request.method': pick(random, methods),
    'http.route': pick(random, routes),
    'http.response.status_code': pick(random, [200, 200, 200, 404, 500]),
    'server.address': `10.0.0.${random.below(16)}`,
    'sampling.ratio': random.next(),
    'feature.enabled': random.below(2) === 0,
    tags: ['a', random.below(3)],
    'customer.tier': pick(random, ['gold', 'standard']),
  });

const exception = (time: bigint): Json => ({
  timeUnixNano: String(time),
  name: 'exception',
  attributes: attributes({ 'exception.type': 'Error', 'exception.message': 'no stock' }),
  droppedAttributesCount: 1,
});

const link = (seed: number, index: number): Json => ({
  traceId: traceIdOf(seed, index),
  spanId: spanIdOf(seed, index),
  attributes: attributes({ reason: 'batch' }),
  flags: 1,
});

const timeOf = ({ startUnixNano, stepNano = 1_000_000n }: GenerateOptions, index: number): bigint =>
  startUnixNano + stepNano * BigInt(index);

const pick = <T>(random: Random, values: readonly T[]): T =>
  values[random.below(values.length)] as T;

export const traceIdOf = (seed: number, index: number): string =>
  hex(seed + 1) + hex(index + 1) + hex(Math.imul(index + 1, 0x9e3779b1)) + hex(seed ^ index);
export const spanIdOf = (seed: number, index: number): string =>
  hex(Math.imul(seed + 1, 0x85ebca6b)) + hex(index + 1);

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
