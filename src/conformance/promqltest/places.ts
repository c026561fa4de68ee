// Where the data of sections go on a target without tenants. One that can forget (ours) is emptied before
// each section. A Prometheus cannot: it keeps what was deleted deleted, and takes nothing that is older
// than what it has. There every section lives at a later time than the one before.
import { OperationError } from '#lib/errors.ts';
import { request } from '../http.ts';
import { encodeWrite, writeRequest } from '../remote-write.ts';
import type { Target } from '../target.ts';
import type { Section } from './section.ts';

export interface Places {
  /** By how much the times of the section are to be later; what was there before is gone. */
  next(section: Section): Promise<number>;
}

const msPerDay = 86_400_000;
/** A multiple of the steps of all scripts, so that subqueries are evaluated at the same places. */
const unitMs = 1_386_000_000;
const probe = { __name__: 'sightline_conformance_places' };

export async function placesOf(target: Target, nowMs: number): Promise<Places> {
  if (await canForget(target)) {
    const next = async (): Promise<number> => {
      await deleteAll(target);
      return 0;
    };
    return { next };
  }
  let freeMs = (await latestMs(target)) + msPerDay;
  return {
    next: async (section) => {
      const shiftMs = Math.ceil(freeMs / unitMs) * unitMs;
      freeMs = shiftMs + spanMs(section) + msPerDay;
      if (freeMs < nowMs) return shiftMs;
      throw new OperationError(
        'conformance_target',
        `no time is left for the data of the next section: ${target.prometheus} cannot forget, and has data up to ${new Date(shiftMs - unitMs).toISOString()}; start it without data`,
        { retryable: false },
      );
    },
  };
}

/** From the start of a script to the last thing that happens in the section. */
function spanMs({ series, evals }: Section): number {
  let lastMs = 0;
  for (const { samples } of series) lastMs = Math.max(lastMs, samples.at(-1)?.timeMs ?? 0);
  for (const { startMs, endMs } of evals) lastMs = Math.max(lastMs, startMs, endMs || 0);
  return lastMs;
}

/** Whether a sample can be written, deleted, and written anew with another value. */
async function canForget(target: Target): Promise<boolean> {
  for (const value of [1, 2]) {
    const isGone = await deleteAll(target);
    if (!isGone) return false;
    const samples = [{ timeMs: 0, item: { kind: 'value', value } } as const];
    const body = encodeWrite([{ labels: probe, samples }]);
    const { status } = await request(target.prometheus, await writeRequest(body));
    if (status >= 300) return false;
  }
  const { body } = await request(target.prometheus, {
    path: '/api/v1/query',
    params: [
      ['query', probe.__name__],
      ['time', '0'],
    ],
  });
  return body.toString().includes('[0,"2"]');
}

/** False when the target has no such API: a Prometheus needs --web.enable-admin-api for it. */
async function deleteAll({ prometheus }: Target): Promise<boolean> {
  const { status } = await request(prometheus, {
    method: 'POST',
    path: '/api/v1/admin/tsdb/delete_series',
    params: [['match[]', '{__name__=~".+"}']],
  });
  return status < 300;
}

/** Of the newest sample, as far as the target says. */
async function latestMs({ prometheus }: Target): Promise<number> {
  const { status, body } = await request(prometheus, { path: '/api/v1/status/tsdb' });
  if (status !== 200) return 0;
  const { data } = JSON.parse(body.toString()) as { data?: { headStats?: { maxTime?: number } } };
  return Math.max(0, data?.headStats?.maxTime ?? 0);
}
