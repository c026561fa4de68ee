// POST /api/v2/spans (JSON, protobuf) and POST /api/v1/spans (JSON, Thrift): 202 when the spans are
// committed.
// Spec: https://zipkin.io/zipkin-api/#/default/post_spans
import { decodeZipkinJson, type ZipkinVersion } from '#codec/zipkin/json.ts';
import { decodeZipkinProtobuf } from '#codec/zipkin/protobuf.ts';
import type { DecodedZipkin } from '#codec/zipkin/span.ts';
import { decodeZipkinThrift } from '#codec/zipkin/thrift.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { hasMoreJsonValues, jsonValuesMax } from '#lib/json-values.ts';
import type { Turns } from '#lib/turns.ts';
import {
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  probe,
  type Route,
  route,
} from '#server/route.ts';
import {
  convertedExport,
  mediaTypeOf,
  type SpanIntake,
  spansAnswer,
  spansFailure,
} from '../converted-spans.ts';

export interface ZipkinDeps {
  readonly intake: SpanIntake;
  readonly clock: Clock;
  /** Decoding waits for its turn; shared by all receivers. */
  readonly turns: Turns;
}

export function zipkinRoutes(deps: ZipkinDeps): readonly Route[] {
  const receive = (version: ZipkinVersion) =>
    route(['POST'], `/api/v${version}/spans`, (request) => take(request, version, deps));
  return [receive(2), receive(1), probe('/health', () => jsonResponse({ status: 'UP' }))];
}

async function take(
  request: HttpRequest,
  version: ZipkinVersion,
  { intake, clock, turns }: ZipkinDeps,
): Promise<HttpResponse> {
  try {
    const rejection = await intake.receive({
      signal: 'traces',
      receiver: 'zipkin',
      transport: 'http',
      tenant: request.tenant,
      abort: request.signal,
      read: async () => {
        const body = await request.body();
        return turns.run(() => {
          const { spans, rejected } = decode(body, mediaTypeOf(request), version, clock.nowNano());
          return convertedExport(spans, rejected);
        });
      },
    });
    return spansAnswer(rejection);
  } catch (error) {
    return spansFailure(error);
  }
}

const utf8 = new TextDecoder('utf-8');

/** Whatever is said to be neither protobuf nor Thrift is read as JSON, as Zipkin does. */
function decode(
  body: Uint8Array,
  mediaType: string,
  version: ZipkinVersion,
  nowNano: bigint,
): DecodedZipkin {
  if (mediaType === 'application/x-protobuf' || mediaType === 'application/protobuf') {
    return decodeZipkinProtobuf(body, nowNano);
  }
  if (version === 1 && mediaType === 'application/x-thrift') {
    return decodeZipkinThrift(body, nowNano);
  }
  if (hasMoreJsonValues(body)) {
    const message = `the body has more than ${jsonValuesMax} JSON values`;
    throw new InputError('http_body_too_large', message, { hint: 'Send smaller batches.' });
  }
  return decodeZipkinJson(utf8.decode(body), version, nowNano);
}
