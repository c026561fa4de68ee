// POST /api/traces: a batch of Jaeger's spans in Thrift, as clients send it to a collector; 202 when
// the spans are committed. And what clients ask first: how they should sample.
// Spec: https://www.jaegertracing.io/docs/latest/apis/#thrift-over-http-stable
import { sampleEverythingJson } from '#codec/jaeger/sampling.ts';
import { decodeThriftBatch } from '#codec/jaeger/thrift.ts';
import { InputError } from '#lib/errors.ts';
import type { Turns } from '#lib/turns.ts';
import {
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  type Route,
  route,
  textResponse,
} from '#server/route.ts';
import {
  convertedExport,
  mediaTypeOf,
  type SpanIntake,
  spansAnswer,
  spansFailure,
} from '../converted-spans.ts';

export interface JaegerDeps {
  readonly intake: SpanIntake;
  /** Decoding waits for its turn; shared by all receivers. */
  readonly turns: Turns;
}

export function jaegerThriftRoutes(deps: JaegerDeps): readonly Route[] {
  return [
    route(['POST'], '/api/traces', (request) => take(request, deps)),
    ...['/api/sampling', '/sampling'].map((path) => route(['GET'], path, answerSampling)),
  ];
}

async function take(request: HttpRequest, { intake, turns }: JaegerDeps): Promise<HttpResponse> {
  try {
    const rejection = await intake.receive({
      signal: 'traces',
      receiver: 'jaeger',
      transport: 'http',
      tenant: request.tenant,
      abort: request.signal,
      read: async () => {
        const isCompact = isCompactType(mediaTypeOf(request));
        const body = await request.body();
        return turns.run(() => convertedExport(decodeThriftBatch(body, isCompact)));
      },
    });
    return spansAnswer(rejection);
  } catch (error) {
    return spansFailure(error);
  }
}

const binaryTypes: readonly string[] = [
  'application/x-thrift',
  'application/vnd.apache.thrift.binary',
];
const compactType = 'application/vnd.apache.thrift.compact';

function isCompactType(mediaType: string): boolean {
  if (mediaType === compactType) return true;
  if (binaryTypes.includes(mediaType)) return false;
  throw new InputError(
    'jaeger_content_type',
    `cannot take a body of Content-Type '${mediaType.slice(0, 100)}'`,
    { hint: `Send ${binaryTypes.join(', ')} or ${compactType}.` },
  );
}

function answerSampling({ query }: HttpRequest): HttpResponse {
  if (query.getAll('service').length === 1) return jsonResponse(sampleEverythingJson);
  return textResponse("'service' parameter must be provided once\n", 400);
}
