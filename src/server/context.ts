// What every request of one listener is answered with.
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { Authenticator } from './auth.ts';
import type { BodyLimits } from './body.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Exchange } from './exchange.ts';
import type { ServerInstruments } from './instruments.ts';
import type { Pacer } from './pacer.ts';
import type { GrpcService } from './route.ts';
import type { Router } from './router.ts';
import type { SocketPlaces } from './websocket.ts';

export interface ServeContext {
  readonly listener: string;
  readonly router: Router;
  readonly grpc: ReadonlyMap<string, GrpcService>;
  readonly auth: Authenticator;
  readonly tenancyEnabled: boolean;
  readonly budget: ByteBudget;
  /** Of bytes that are read only to be thrown away. */
  readonly discards: Pacer;
  readonly limits: BodyLimits;
  readonly sockets: SocketPlaces;
  readonly requestTimeoutMs: number;
  readonly instruments: ServerInstruments;
  readonly logger: Logger;
  readonly clock: Clock;
}

export function tenantOf(context: ServeContext, headers: Exchange['headers']): string {
  return context.tenancyEnabled ? (headers['x-scope-orgid'] ?? '') : '';
}

/**
 * Runs `work` until it settles, the request is aborted or `timeoutMs` has passed, whatever is
 * first; in the last case the request is aborted, too.
 */
export async function runBounded<T>(
  exchange: Exchange,
  timeoutMs: number,
  work: () => Promise<T> | T,
): Promise<T> {
  let onAbort = (): void => {};
  const timer = setTimeout(() => {
    exchange.abort(
      new OperationError('request_timeout', `the request took longer than ${timeoutMs} ms`, {
        retryable: true,
      }),
    );
  }, timeoutMs);
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(exchange.signal.reason);
    if (exchange.signal.aborted) onAbort();
    else exchange.signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    clearTimeout(timer);
    exchange.signal.removeEventListener('abort', onAbort);
  }
}
