// GET /api/traces/ID and /api/v2/traces/ID: every span of one trace, in protobuf or JSON.
//   tempopb.Trace { ResourceSpans resourceSpans = 1 }; its JSON of the first version says `batches`
//   tempopb.TraceByIDResponse { Trace trace = 1, metrics = 2, status = 3, string message = 4 }
// What is not there is 404 in the first version and an empty trace in the second, as in Tempo 3:
// Grafana needs the field to be there. `status` stays COMPLETE, its default: a trace is whole or an error.
import { encodeTraces } from '#codec/otlp/encode-traces.ts';
import { tracesToJson } from '#codec/otlp/encode-traces-json.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import { acceptedFormat, protobufResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { llmType, traceForLlm } from './llm-json.ts';
import { readRange } from './params.ts';

export const traceById = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET'], '/api/traces/:id', async (request) => {
    const found = await readTrace(engine, request);
    if (found === undefined) return { status: 404 };
    return acceptedFormat(request, ['json', 'protobuf']) === 'protobuf'
      ? protobufResponse(encodeTraces(found.spans))
      : jsonResponse({ batches: tracesToJson(found.spans) });
  });

export const traceByIdV2 = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET'], '/api/v2/traces/:id', async (request) => {
    const spans = (await readTrace(engine, request))?.spans ?? [];
    switch (acceptedFormat(request, ['json', 'protobuf', 'llm'])) {
      case 'protobuf': {
        const writer = new ProtobufWriter();
        writer.bytes(1, encodeTraces(spans));
        writer.message(2, () => {});
        return protobufResponse(writer.finish());
      }
      case 'llm':
        return jsonResponse(traceForLlm(spans), 200, { 'content-type': llmType });
      case 'json': {
        const trace = spans.length === 0 ? {} : { resourceSpans: tracesToJson(spans) };
        return jsonResponse({ trace, metrics: {} });
      }
    }
  });

/** `start` and `end` are hints in Tempo; here the id alone is enough, they are only checked. */
function readTrace(engine: TraceqlEngine, request: HttpRequest) {
  readRange(request);
  const traceId = request.params['id'] ?? '';
  return engine.trace({ tenant: request.tenant, traceId }, request.signal);
}
