import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { createLogger } from '#lib/log.ts';
import type { LineDeletion } from './delete-lines.ts';
import { DeleteRequests } from './requests.ts';

let folder: string;
let running: DeleteRequests | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-delete-requests-'));
});
afterEach(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});

function start(deleteLines: (deletion: LineDeletion) => Promise<void>): DeleteRequests {
  running = new DeleteRequests(
    { file: join(folder, 'requests.json'), cancelPeriodMs: 0, requestsMax: 3 },
    {
      deleteLines,
      clock: systemClock,
      meter: createMeter(),
      logger: createLogger({ write: () => {} }),
    },
  );
  running.start();
  return running;
}

const deletion = (query: string): LineDeletion => ({
  tenant: 'a',
  query,
  fromNano: 1n,
  toNano: 2n,
});
const statuses = (requests: DeleteRequests): string[] =>
  requests.list('a').map(({ query, status }) => `${query} ${status}`);

it('goes on with other requests when one fails, and lets it be cancelled', async () => {
  const requests = start(async ({ query }) => {
    if (query === 'bad') throw new Error('no');
  });
  const { id } = requests.add(deletion('bad'));
  requests.add(deletion('good'));
  await vi.waitFor(() => expect(statuses(requests)).toEqual(['bad received', 'good processed']));
  expect(requests.cancel('b', id)).toBe(false);
  expect(requests.cancel('a', id)).toBe(true);
  expect(statuses(requests)).toEqual(['good processed']);
});

it('stops without waiting for the engine, and takes the request up again', async () => {
  let isAsked = false;
  const requests = start(() => {
    isAsked = true;
    return new Promise(() => {});
  });
  requests.add(deletion('long'));
  await vi.waitFor(() => expect(isAsked).toBe(true));
  await requests.stop();
  expect(statuses(requests)).toEqual(['long received']);
  const again = start(async () => {});
  await vi.waitFor(() => expect(statuses(again)).toEqual(['long processed']));
});
