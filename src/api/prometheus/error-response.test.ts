import { expect, test } from 'vitest';
import { BugError, InputError, OperationError } from '#lib/errors.ts';
import type { HttpRequest } from '#server/route.ts';
import { prometheusRoute } from './error-response.ts';

async function answer(error: Error) {
  const { handle } = prometheusRoute(['GET'], '/', () => {
    throw error;
  });
  const { status, body, headers } = await handle({} as HttpRequest);
  return { status, headers, ...JSON.parse(body as string) };
}

const operation = (code: string, retryable = false) =>
  new OperationError(code, 'why', { retryable });

const becomes = (name: string, error: Error, status: number, errorType: string) =>
  test(`${name} is ${status} ${errorType}`, async () => {
    expect(await answer(error)).toMatchObject({ status: 'error', errorType });
    const { handle } = prometheusRoute(['GET'], '/', () => Promise.reject(error));
    expect((await handle({} as HttpRequest)).status).toBe(status);
  });

becomes('a parse error', new InputError('promql_parse', '1:1: parse error: x'), 400, 'bad_data');
becomes('a type error', new InputError('promql_type', 'x'), 400, 'bad_data');
becomes('a parameter', new InputError('prometheus_parameter', 'x'), 400, 'bad_data');
becomes('too many points', new InputError('limit_points', 'x'), 400, 'bad_data');
becomes('too many samples', new InputError('limit_samples', 'x'), 422, 'execution');
becomes('many to many', new InputError('vector_many_to_many', 'x'), 422, 'execution');
becomes('a timeout', operation('query_timeout'), 503, 'timeout');
becomes('a client that left', operation('query_canceled'), 499, 'canceled');
becomes('a lost engine', operation('store_unavailable', true), 503, 'unavailable');
becomes('a refusal of the engine', operation('store_rejected'), 500, 'internal');

test('retryable errors say when, hints are in the message', async () => {
  const { headers } = await answer(operation('store_unavailable', true));
  expect(headers).toMatchObject({ 'retry-after': '1' });
  const limit = new InputError('limit_series', 'too many', { hint: 'Raise query.max_series.' });
  expect(await answer(limit)).toMatchObject({ error: 'too many. Raise query.max_series.' });
  const once = new InputError('limit_rows', 'too many; ask for less', { hint: 'ask for less' });
  expect(await answer(once)).toMatchObject({ error: 'too many; ask for less' });
});

test('what is wrong with an expression names its parameter', async () => {
  const fails = (code: string) => () => {
    throw new InputError(code, 'why');
  };
  const errorOf = async (code: string, expression?: string) => {
    const { handle } = prometheusRoute(['GET'], '/', fails(code), expression);
    return JSON.parse((await handle({} as HttpRequest)).body as string).error;
  };
  expect(await errorOf('promql_parse', 'query')).toBe('invalid parameter "query": why');
  expect(await errorOf('promql_parse')).toBe('why');
  expect(await errorOf('prometheus_parameter', 'query')).toBe('why');
  expect(await errorOf('promql_argument', 'query')).toBe('why');
});

test('our own mistakes are not answers', async () => {
  await expect(answer(new BugError('BUG'))).rejects.toThrow('BUG');
});
