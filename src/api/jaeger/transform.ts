// POST /api/transform: OTLP in JSON, shown as Jaeger shows traces; for files that the UI opens.
// Nothing is stored.
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import { readJsonText } from './body.ts';
import { decodeSpans } from './decode-spans.ts';
import { jaegerRoute, structured } from './error-response.ts';
import { asStored } from './model/adjusted-span.ts';
import { hexOf } from './model/id.ts';
import { uiTrace } from './model/ui-trace.ts';

export const transform: Route = jaegerRoute(['POST'], '/api/transform', async (request) => {
  const text = await readJsonText(request);
  const byTrace = new Map<string, StoredSpan[]>();
  for (const span of decodeSpans(otlpJsonToProtobuf('traces', text))) {
    const id = hexOf(span.traceId);
    const others = byTrace.get(id);
    if (others) others.push(span);
    else byTrace.set(id, [span]);
  }
  const data = [...byTrace.values()].map((spans) => uiTrace(spans.map(asStored)));
  return answerJson(request, structured({ data }));
});
