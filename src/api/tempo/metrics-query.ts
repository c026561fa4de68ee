// GET /api/metrics/query: one value per series, over the whole time.
import type { Message } from '#codec/tempo/message.ts';
import { queryInstantResponse } from '#codec/tempo/tempopb.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import { messageResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { instantJson } from './metrics-json.ts';
import { readMetricsRequest, withPlainErrors } from './metrics-params.ts';
import type { Question } from './params.ts';

export const metricsQuery = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET', 'POST', 'DELETE'], '/api/metrics/query', async (request) => {
    const { tenant, signal } = request;
    const query = request.method === 'POST' ? await request.form() : request.query;
    const message = await askMetricsInstant(engine, { tenant, signal, query });
    return messageResponse(request, queryInstantResponse, message);
  });

/** The message is a QueryInstantResponse. */
export async function askMetricsInstant(
  engine: TraceqlEngine,
  question: Question,
): Promise<Message> {
  const request = readMetricsRequest(question);
  const ask = () => engine.metricsInstant(request, question.signal);
  return instantJson(await withPlainErrors(ask, () => 'compiling query: '));
}
