// GET /api/metrics/query_range: series of values over time.
import type { Message } from '#codec/tempo/message.ts';
import { queryRangeResponse } from '#codec/tempo/tempopb.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import { messageResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { rangeJson } from './metrics-json.ts';
import { readMetricsRequest, withPlainErrors } from './metrics-params.ts';
import type { Question } from './params.ts';

export const metricsQueryRange = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET', 'POST', 'DELETE'], '/api/metrics/query_range', async (request) => {
    const { tenant, signal } = request;
    const query = request.method === 'POST' ? await request.form() : request.query;
    const message = await askMetricsRange(engine, { tenant, signal, query });
    return messageResponse(request, queryRangeResponse, message);
  });

/** The message is a QueryRangeResponse. */
export async function askMetricsRange(engine: TraceqlEngine, question: Question): Promise<Message> {
  const request = readMetricsRequest(question);
  const ask = () => engine.metricsRange(request, question.signal);
  // Only what is found after parsing has a head.
  return rangeJson(
    await withPlainErrors(ask, ({ code }) => (code === 'traceql_parse' ? '' : 'compiling query: ')),
  );
}
