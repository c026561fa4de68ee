// Spans of Zipkin v1, from JSON or Thrift, as spans of v2. In v1 an annotation says when a client
// sent (cs) or received (cr), a server received (sr) or sent (ss), a producer sent (ms) or a consumer
// received (mr); the service is that of its endpoint. One span may hold both halves of a call: they
// become two, with one id, as v2 has them.
// Spec: https://zipkin.io/zipkin-api/ (v1), https://zipkin.io/pages/instrumenting.html
import { attributeText } from '#model/attribute.ts';
import type { ZipkinAnnotation, ZipkinEndpoint, ZipkinKind, ZipkinSpan } from './span.ts';

export interface V1Annotation extends ZipkinAnnotation {
  readonly endpoint: ZipkinEndpoint | undefined;
}

export interface V1BinaryAnnotation {
  readonly key: string;
  /** In the stored form. */
  readonly value: string;
  readonly endpoint: ZipkinEndpoint | undefined;
}

export interface V1Span {
  readonly traceId: Uint8Array;
  readonly id: Uint8Array;
  readonly parentId: Uint8Array;
  readonly name: string;
  /** 0 where it is left out. */
  readonly timestampMicros: bigint;
  readonly durationMicros: bigint | undefined;
  readonly annotations: readonly V1Annotation[];
  readonly binaryAnnotations: readonly V1BinaryAnnotation[];
}

const kindOf: Readonly<Record<string, ZipkinKind>> = {
  cs: 'CLIENT',
  cr: 'CLIENT',
  sr: 'SERVER',
  ss: 'SERVER',
  ms: 'PRODUCER',
  mr: 'CONSUMER',
};

/** Whose address it is: "ca" the client's, "sa" the server's, "ma" the broker's. */
const addressKeys: readonly string[] = ['ca', 'sa', 'ma'];
const unknownService = 'unknown-service';

export function fromV1(span: V1Span): ZipkinSpan[] {
  const core = span.annotations.filter(({ value }) => kindOf[value] !== undefined);
  const isServers = ({ value }: V1Annotation): boolean => kindOf[value] === 'SERVER';
  const ofServer = core.filter(isServers);
  const others = core.filter((annotation) => !isServers(annotation));
  if (ofServer.length === 0 || others.length === 0) return [toV2(span, core, false)];
  const name = nameIn(ofServer);
  const isOfServer = ({ endpoint }: { readonly endpoint: ZipkinEndpoint | undefined }): boolean =>
    name !== '' && name !== nameIn(others) && endpoint?.serviceName === name;
  const half = (isServer: boolean): V1Span => ({
    ...span,
    annotations: span.annotations.filter((annotation) =>
      kindOf[annotation.value]
        ? isServers(annotation) === isServer
        : isOfServer(annotation) === isServer,
    ),
    binaryAnnotations: span.binaryAnnotations.filter((annotation) =>
      // An address is the other's, told by the one whose span it is.
      addressKeys.includes(annotation.key)
        ? (annotation.key === 'ca') === isServer
        : isOfServer(annotation) === isServer,
    ),
  });
  const server = { ...half(true), timestampMicros: 0n, durationMicros: undefined };
  return [toV2(half(false), others, false), toV2(server, ofServer, true)];
}

function toV2(span: V1Span, core: readonly V1Annotation[], isShared: boolean): ZipkinSpan {
  const kind = kindOf[core[0]?.value ?? ''];
  const { traceId, id, parentId, name } = span;
  const addresses = span.binaryAnnotations.filter(
    ({ key, endpoint }) => addressKeys.includes(key) && endpoint !== undefined,
  );
  const tags = new Map(
    span.binaryAnnotations
      .filter((annotation) => !addresses.includes(annotation))
      .map(({ key, value }) => [key === 'lc' ? 'component' : key, value]),
  );
  return {
    ...{ traceId, id, parentId, name, kind, tags, isShared, isV1: true },
    ...timesOf(span, core),
    localEndpoint: localEndpointOf(span, core),
    remoteEndpoint: addresses[0]?.endpoint,
    annotations: span.annotations.filter(
      ({ value }) => kindOf[value] === undefined && value !== '',
    ),
  };
}

/** From the first to the last annotation of the call, unless the span says it itself. */
function timesOf(
  { timestampMicros, durationMicros, annotations }: V1Span,
  core: readonly V1Annotation[],
): Pick<ZipkinSpan, 'timestampMicros' | 'durationMicros'> {
  const telling = core.length > 0 ? core : timestampMicros === 0n ? annotations : [];
  const times = telling.map((annotation) => annotation.timestampMicros).sort(ascending);
  const [first = 0n, last = first] = [times[0], times.at(-1)];
  return {
    timestampMicros: timestampMicros || first,
    durationMicros: durationMicros ?? (times.length > 1 ? last - first : undefined),
  };
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));

function localEndpointOf(span: V1Span, core: readonly V1Annotation[]): ZipkinEndpoint {
  const hosts = [
    ...core,
    ...span.binaryAnnotations.filter(({ key }) => !addressKeys.includes(key)),
    ...span.annotations,
  ];
  const named = hosts.find(({ endpoint }) => (endpoint?.serviceName ?? '') !== '')?.endpoint;
  if (named) return named;
  const component = span.binaryAnnotations.find(({ key }) => key === 'lc')?.value ?? '';
  const address = hosts.find(({ endpoint }) => endpoint !== undefined)?.endpoint;
  const serviceName = attributeText(component) || unknownService;
  return { ip: address?.ip ?? '', port: address?.port ?? 0, serviceName };
}

const nameIn = (annotations: readonly V1Annotation[]): string =>
  annotations.find(({ endpoint }) => (endpoint?.serviceName ?? '') !== '')?.endpoint?.serviceName ??
  '';
