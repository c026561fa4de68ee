import { expect, it } from 'vitest';
import { TailSet } from './tail-set.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

it('runs a tail per target, tells it of its newest target, and lets it read to the end', async () => {
  const log: string[] = [];
  let current = (): string => '';
  const tails = new TailSet<string>(async (target, { leaving, abort }) => {
    current = target;
    log.push(`begins ${target()}`);
    await ended(leaving);
    log.push(`leaves ${target()}`);
    if (!abort.aborted) await settled();
    log.push('ends');
  });
  tails.set(new Map([['a', 'one']]));
  await settled();
  tails.set(new Map([['a', 'two']]));
  expect([current(), tails.size]).toEqual(['two', 1]);
  tails.set(new Map());
  await settled();
  await settled();
  expect(log).toEqual(['begins one', 'leaves two', 'ends']);
  await tails.stop();
});

it('cuts off what does not end, also when its target comes back', async () => {
  const log: string[] = [];
  const tails = new TailSet<string>(async (target, { abort }) => {
    log.push(`begins ${target()}`);
    await ended(abort);
    log.push('ends');
  }, 3_600_000);
  tails.set(new Map([['a', 'one']]));
  tails.set(new Map());
  await settled();
  expect(log).toEqual(['begins one']);
  tails.set(new Map([['a', 'two']]));
  await settled();
  expect(log).toEqual(['begins one', 'ends', 'begins two']);
  await tails.stop();
  expect(log.at(-1)).toBe('ends');
});
