import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import { writeReadRequest } from '../../../test/lib/remote-read.ts';
import { remoteRead } from './remote-read.ts';

const engine: PromqlEngine = {
  instant: () => Promise.reject(new InputError('promql_parse', 'not asked')),
  range: () => Promise.reject(new InputError('promql_parse', 'not asked')),
  select: async () => [],
};

const ask = async (matcher: readonly [number, string, string]) =>
  remoteRead(engine).handle({
    method: 'POST',
    path: '/api/v1/read',
    params: {},
    query: new URLSearchParams(),
    headers: {},
    tenant: '',
    signal: new AbortController().signal,
    body: async () =>
      compressSync(Buffer.from(writeReadRequest([{ startMs: 0, endMs: 1, matchers: [matcher] }]))),
    form: async () => new URLSearchParams(),
  });

test('a regular expression that is none is the mistake of who asks', async () => {
  const { status, body } = await ask([2, 'job', 'a(']);
  expect(status).toBe(400);
  expect(body).toContain('error parsing regexp');
  expect((await ask([2, 'job', 'a.*'])).status).toBe(200);
});
