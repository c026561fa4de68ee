// A span of Zipkin v2, whatever it came in. Spans of v1 are converted to it (v1.ts).
// Spec: https://zipkin.io/zipkin-api/#/default/post_spans
import type { StoredSpan } from '#model/stored-span.ts';

export type ZipkinKind = 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';

export interface ZipkinEndpoint {
  readonly serviceName: string;
  /** The IPv6 address where there is one, else the IPv4 address; '' for none. */
  readonly ip: string;
  /** 0 for none. */
  readonly port: number;
}

export interface ZipkinAnnotation {
  readonly timestampMicros: bigint;
  readonly value: string;
}

export interface ZipkinSpan {
  readonly traceId: Uint8Array;
  readonly id: Uint8Array;
  /** All zeros for a root. */
  readonly parentId: Uint8Array;
  readonly name: string;
  readonly kind: ZipkinKind | undefined;
  /** 0 where the sender left it out, as one that shares a span may. */
  readonly timestampMicros: bigint;
  /** Undefined where the sender left it out. */
  readonly durationMicros: bigint | undefined;
  readonly localEndpoint: ZipkinEndpoint | undefined;
  readonly remoteEndpoint: ZipkinEndpoint | undefined;
  readonly annotations: readonly ZipkinAnnotation[];
  /** By key; values in the stored form. */
  readonly tags: ReadonlyMap<string, string>;
  /** The server's half of a span that the client began: both have one id. */
  readonly isShared: boolean;
  /** From v1, where `http.status_code` tells the status, too. */
  readonly isV1?: boolean;
}

/** What became of a list of spans. */
export interface DecodedZipkin {
  readonly spans: readonly StoredSpan[];
  /** Spans that could not be taken, with what was wrong with the first of them. */
  readonly rejected: { readonly count: number; readonly message: string } | undefined;
}
