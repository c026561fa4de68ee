import { expect, it } from 'vitest';
import type { HttpClient } from '../http-client.ts';
import { ListWatch } from './list-watch.ts';

it('pauses before it lists again what the server calls too old', async () => {
  let calls = 0;
  const client: HttpClient = {
    request: async () => {
      calls++;
      return { status: 200, headers: {}, body: Buffer.from('{"metadata":{}}') };
    },
    stream: async () => {
      calls++;
      return { status: 410, headers: {}, body: (async function* () {})() };
    },
    close: () => {},
  };
  const abort = new AbortController();
  const failures: unknown[] = [];
  const running = new ListWatch({
    client,
    url: 'http://server/api/v1/pods',
    labelSelector: '',
    fieldSelector: '',
    onChange: () => {},
    onSynced: () => {},
    onFailure: (error) => failures.push(error),
  }).run(abort.signal);
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  await running;
  expect(calls).toBe(2);
  expect(failures).toEqual([]);
});
