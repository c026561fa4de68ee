// The spans of one trace as the running program gives them back, in plain values.
import type { Sightline } from '../../src/public-api.ts';
import { eventually } from './eventually.ts';

export interface FoundSpan {
  readonly service: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: { readonly name?: string; readonly version?: string };
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: unknown;
  readonly start: bigint;
  readonly end: bigint;
  readonly status: { readonly code?: unknown; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: object }[];
  readonly links: readonly object[];
}

interface KeyValueJson {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

interface SpanJson extends Omit<FoundSpan, 'attributes' | 'events' | 'start' | 'end'> {
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValueJson[];
  readonly events?: readonly { readonly name?: string; readonly attributes?: KeyValueJson[] }[];
}

interface GroupJson {
  readonly resource?: { readonly attributes?: readonly KeyValueJson[] };
  readonly scopeSpans: readonly {
    readonly scope?: FoundSpan['scope'];
    readonly spans: readonly SpanJson[];
  }[];
}

const scalar = (value: KeyValueJson['value']): unknown => {
  const [entry] = Object.entries(value ?? {});
  return entry?.[0] === 'intValue' ? BigInt(String(entry[1])) : entry?.[1];
};
const attributesOf = (list: readonly KeyValueJson[] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, scalar(value)]));
const hexOf = (id: string | undefined): string => Buffer.from(id ?? '', 'base64').toString('hex');

/** Waits until the trace has so many spans; sorted by start, then name. */
export async function spansOf(
  sightline: Sightline,
  traceId: string,
  count: number,
): Promise<FoundSpan[]> {
  return eventually(`${count} spans of ${traceId}`, async () => {
    await sightline.flush();
    const trace = await sightline.query.traceql.trace(traceId);
    const spans = ((trace?.resourceSpans ?? []) as GroupJson[]).flatMap(foundSpans);
    if (spans.length < count) return undefined;
    return spans.sort((a, b) =>
      a.start === b.start ? compare(a.name, b.name) : compare(a.start, b.start),
    );
  });
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : Number(a > b));

function foundSpans({ resource, scopeSpans }: GroupJson): FoundSpan[] {
  const ofResource = attributesOf(resource?.attributes);
  return scopeSpans.flatMap(({ scope = {}, spans }) =>
    spans.map((span) => ({
      resource: ofResource,
      service: ofResource['service.name'] as string,
      scope,
      spanId: hexOf(span.spanId),
      parentSpanId: hexOf(span.parentSpanId),
      name: span.name ?? '',
      kind: span.kind,
      start: BigInt(span.startTimeUnixNano),
      end: BigInt(span.endTimeUnixNano),
      status: span.status ?? {},
      attributes: attributesOf(span.attributes),
      events: (span.events ?? []).map((event) => ({
        name: event.name ?? '',
        attributes: attributesOf(event.attributes),
      })),
      links: span.links ?? [],
    })),
  );
}
