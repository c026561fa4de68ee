import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

it('waits for the work and leaves nothing on the signal', async () => {
  const { signal } = new AbortController();
  await unlessAborted(Promise.resolve(), signal);
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('waits no longer than to the abort', async () => {
  const abort = new AbortController();
  const waiting = unlessAborted(new Promise(() => {}), abort.signal);
  abort.abort();
  await waiting;
  await unlessAborted(new Promise(() => {}), abort.signal);
});
