// GET /api/traces/ID and /api/v2/traces/ID: every span of one trace, in protobuf or JSON.
//   tempopb.Trace { ResourceSpans resourceSpans = 1 }; its JSON of the first version says `batches`
//   tempopb.TraceByIDResponse { Trace trace = 1, metrics = 2, status = 3, string message = 4 }
// What is not there is 404 in the first version and an empty trace in the second, as in Tempo 3:
// Grafana needs the field to be there. The status is COMPLETE, its default, unless spans were left out
// because the request asked for that.
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { type HttpRequest, type HttpResponse, jsonResponse, type Route } from '#server/route.ts';
import { acceptedFormat, protobufResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { llmType, traceForLlm } from './llm-json.ts';
import { readRange } from './params.ts';
import type { SearchDeps } from './search.ts';
import { createTraceEncoder } from './trace-encode.ts';
import { filterTrace } from './trace-filter.ts';

export const traceById = (deps: SearchDeps): Route => {
  const encoder = createTraceEncoder();
  return tempoRoute(['GET'], '/api/traces/:id', async (request) => {
    const found = await readTrace(deps, request);
    if (found === undefined) return { status: 404 };
    return acceptedFormat(request, ['json', 'protobuf']) === 'protobuf'
      ? protobufResponse(await encoder.protobuf(found.spans))
      : jsonText(`{"batches":${await encoder.json(found.spans)}}`);
  });
};

export const traceByIdV2 = (deps: SearchDeps): Route => {
  const encoder = createTraceEncoder();
  return tempoRoute(['GET'], '/api/v2/traces/:id', async (request) => {
    const found = await readTrace(deps, request);
    const all = found?.spans ?? [];
    // The version of Tempo that is strictly followed has no filter yet.
    const isWhole = found === undefined || deps.isStrict;
    const spans = isWhole ? all : await filterTrace(deps.engine, found, request);
    const message = spans.length < all.length ? filtered : undefined;
    switch (acceptedFormat(request, ['json', 'protobuf', 'llm'])) {
      case 'protobuf': {
        const writer = new ProtobufWriter();
        writer.bytes(1, await encoder.protobuf(spans));
        writer.message(2, () => {});
        if (message !== undefined) {
          writer.varint(3, partial);
          writer.text(4, message);
        }
        return protobufResponse(writer.finish());
      }
      case 'llm':
        return jsonResponse(traceForLlm(spans), 200, { 'content-type': llmType });
      case 'json': {
        const trace = spans.length === 0 ? '' : `"resourceSpans":${await encoder.json(spans)}`;
        const tail = message && `,"status":"PARTIAL","message":${JSON.stringify(message)}`;
        return jsonText(`{"trace":{${trace}},"metrics":{}${tail ?? ''}}`);
      }
    }
  });
};

/** PartialStatus.PARTIAL */
const partial = 1;
const filtered = 'The trace is filtered: spans that q does not ask for are left out.';

const jsonText = (body: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

/** `start` and `end` are hints in Tempo; here the id alone is enough, they are only checked. */
function readTrace({ engine }: SearchDeps, request: HttpRequest) {
  readRange(request);
  const traceId = request.params['id'] ?? '';
  return engine.trace({ tenant: request.tenant, traceId }, request.signal);
}
