// Traces made from a seed: several services, arrays, events, links, errors, mixed types under one
// name, traces without a root, and more than one hour, so that every part of a search has work.
import { toStoredAttribute } from '#model/attribute.ts';
import type { StoredOrigin, StoredSpan } from '#model/stored-span.ts';
import { createRandom } from './generate.ts';

/** 2023-11-14T22:00:00Z, in nanoseconds. */
export const dataStartNano = 1_699_999_200_000_000_000n;
export const dataHours = 3;

const services = ['shop', 'cart', 'pay', 'größe'];

function makeOrigins(): StoredOrigin[] {
  return services.map((service, i) => ({
    resourceAttributes: new Map([
      ['service.name', service],
      ['zones', toStoredAttribute(i % 2 ? ['a', 'b'] : ['c'])],
      ['load', `\x03${i - 1.5}`],
      ...(i > 1 ? [['user', 'resource-user'] as const] : []),
    ]),
    resourceDroppedAttributesCount: i,
    resourceSchemaUrl: i ? 'https://example.test/schema' : '',
    scopeName: `lib-${i % 2}`,
    scopeVersion: `1.${i}`,
    scopeAttributes: new Map([['lang', 'ts']]),
    scopeDroppedAttributesCount: 0,
    scopeSchemaUrl: '',
  }));
}

export function makeSpans(traces: number, seed = 7): StoredSpan[] {
  const random = createRandom(seed).below;
  const origins = makeOrigins();
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
  const id = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => random(255) + 1);
  const attributesOf = (): Map<string, string> => {
    const all: [string, string][] = [
      ['user', toStoredAttribute(pick(['ann', 'bob', '', '\x02tricky']))],
      ['size', pick([toStoredAttribute(random(10)), `\x03${random(20) / 2}`, String(random(10))])],
      ['flag', toStoredAttribute(random(2) === 1)],
      ['tags', toStoredAttribute(pick([['x'], ['x', 'y'], ['z'], []]))],
      ['numbers', toStoredAttribute(pick([[1, 2], [3], [2, 9]]))],
      ['big', pick(['\x029007199254740993', '\x029007199254740992'])],
      ['raw', pick(['\x04AQI=', '\x06', '\x05{"k":1}'])],
    ];
    return new Map(all.filter(() => random(3) > 0));
  };
  const spans: StoredSpan[] = [];
  for (let t = 0; t < traces; t++) {
    const traceId = id(16);
    if (t % 5 === 0) traceId.fill(0, 0, 8);
    const traceStart = dataStartNano + BigInt(random(dataHours * 3_600_000)) * 1_000_000n;
    const ids = Array.from({ length: 1 + random(8) }, () => id(8));
    ids.forEach((spanId, i) => {
      const isRoot = i === 0 && t % 11 !== 0;
      const startUnixNano = traceStart + BigInt(i * random(50_000_000));
      const parent = i === 0 ? id(8) : (ids[random(i)] as Uint8Array);
      spans.push({
        origin: pick(origins),
        traceId,
        spanId,
        parentSpanId: isRoot ? new Uint8Array(8) : parent,
        startUnixNano,
        durationNano: BigInt(random(1_000_000_000)),
        name: pick(['GET /', 'POST /', 'query', 'naïve']),
        kind: random(6),
        statusCode: random(3),
        statusMessage: pick(['', 'boom']),
        traceState: pick(['', 'a=b']),
        flags: pick([0, 257]),
        attributes: attributesOf(),
        droppedAttributesCount: random(2),
        events: Array.from({ length: random(3) }, (_, e) => ({
          timeUnixNano: startUnixNano + BigInt(e * 1000),
          name: pick(['exception', 'retry']),
          attributes: new Map([['n', toStoredAttribute(random(5))]]),
          droppedAttributesCount: 0,
        })),
        droppedEventsCount: 0,
        links: random(4)
          ? []
          : [
              {
                traceId: id(16),
                spanId: id(8),
                traceState: '',
                flags: 0,
                attributes: new Map([['w', toStoredAttribute(random(3))]]),
                droppedAttributesCount: 0,
              },
            ],
        droppedLinksCount: 0,
      });
    });
  }
  return spans;
}
