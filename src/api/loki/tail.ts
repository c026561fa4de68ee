// GET /loki/api/v1/tail and the legacy /api/prom/tail: a WebSocket with lines as they come.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs

import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { Tails } from '#query/logql/tail/tails.ts';
import type { SocketSession } from '#server/route.ts';
import { type HttpRequest, type HttpResponse, type Route, route } from '#server/route.ts';
import { handshakeNeeded } from '#server/websocket.ts';
import { lokiFailure } from './error-response.ts';
import { parseLimit, parseTime } from './parameters.ts';

export interface TailApiDeps {
  readonly tails: Tails;
  readonly clock: Clock;
}

const hourNano = 3_600_000_000_000n;
const delaySecondsMax = 5;

export const tailRoutes = (deps: TailApiDeps): Route[] =>
  ['/loki/api/v1/tail', '/api/prom/tail'].map((path) => ({
    ...route(['GET'], path, () => lokiFailure(handshakeNeeded())),
    connect: async (request: HttpRequest): Promise<SocketSession | HttpResponse> => {
      try {
        return await connect(deps, request);
      } catch (error) {
        return lokiFailure(error);
      }
    },
  }));

async function connect(
  { tails, clock }: TailApiDeps,
  request: HttpRequest,
): Promise<SocketSession> {
  const { query, tenant, headers } = request;
  const start = query.get('start');
  // A browser can give a WebSocket no headers.
  const flags = headers['x-loki-response-encoding-flags'] ?? query.get('encoding_flags') ?? '';
  const isCategorized = flags.split(',').some((flag) => flag.trim() === 'categorize-labels');
  const asked = {
    tenant,
    query: query.get('query') ?? '',
    startNano: start ? parseTime(start) : clock.nowNano() - hourNano,
    limit: parseLimit(query),
    delayMs: parseDelay(query.get('delay_for') ?? ''),
    encoding: isCategorized ? ('categorized' as const) : ('plain' as const),
  };
  const tail = await tails.open(asked, request.signal);
  return ({ send, signal }) => tail(send, signal);
}

function parseDelay(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d{1,9}$/.test(text)) {
    throw new InputError(
      'loki_parameter',
      `delay_for: ${JSON.stringify(text)} is no number of seconds`,
    );
  }
  const seconds = Math.max(0, Number(text));
  if (seconds > delaySecondsMax) {
    throw new InputError('loki_parameter', `delay_for can't be greater than ${delaySecondsMax}`);
  }
  return seconds * 1000;
}
