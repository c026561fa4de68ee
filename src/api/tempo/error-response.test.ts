import { describe, expect, it } from 'vitest';
import { BugError, InputError, OperationError } from '#lib/errors.ts';
import type { HttpRequest } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';

const answer = (error: Error) =>
  tempoRoute(['GET'], '/x', () => Promise.reject(error)).handle({} as HttpRequest);

describe('errors as answers', () => {
  const becomes = (name: string, error: Error, status: number, body: string) =>
    it(name, async () => expect(await answer(error)).toMatchObject({ status, body }));
  becomes('a query', new InputError('traceql_parse', 'p'), 400, 'invalid TraceQL query: p');
  for (const what of ['series', 'spans', 'traces']) {
    const tooMany = new InputError(`traceql_limit_${what}`, 'too many', { hint: 'Ask for less.' });
    becomes(`a limit of ${what}, with what helps`, tooMany, 400, 'too many. Ask for less.');
  }
  const unknown = new InputError('traceql_parse', 'p', { hint: 'Write .p.' });
  becomes("a query in Tempo's words alone", unknown, 400, 'invalid TraceQL query: p');
  becomes('a parameter', new InputError('tempo_parameter', 'x'), 400, 'x');
  becomes('too slow', new OperationError('query_timeout', 't', { retryable: false }), 504, 't');
  becomes('gone', new OperationError('query_canceled', 'c', { retryable: false }), 499, 'c');
  becomes('broken', new OperationError('store_rejected', 'r', { retryable: false }), 500, 'r');

  it('down says when to come back', async () => {
    const down = new OperationError('store_unavailable', 'u', {
      retryable: true,
      retryAfterMs: 2500,
    });
    expect(await answer(down)).toMatchObject({ status: 503, headers: { 'retry-after': '3' } });
  });

  it('our own mistakes go on to the server', async () => {
    await expect(answer(new BugError('BUG: x'))).rejects.toThrow('BUG: x');
  });
});
