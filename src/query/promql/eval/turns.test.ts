import { expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { Turns } from './turns.ts';

test('short parts: the clock is looked at now and then, and others get their turn', async () => {
  const clock = createManualClock(0);
  let checked = 0;
  const turns = new Turns(clock, () => {
    checked++;
  });
  let paused = 0;
  for (let part = 0; part < 1000; part++) {
    clock.advance(0.1);
    const turn = turns.next();
    if (!turn) continue;
    paused++;
    await turn;
  }
  expect(paused).toBe(4);
  expect(checked).toBe(8);
});

test('long parts: after each that ends later than it may', () => {
  const clock = createManualClock(0);
  const turns = new Turns(clock, () => undefined);
  clock.advance(5);
  expect(turns.next()).toBeUndefined();
  clock.advance(16);
  expect(turns.next()).toBeInstanceOf(Promise);
});

test('a query that has to end ends in the middle', async () => {
  const clock = createManualClock(0);
  const turns = new Turns(clock, () => {
    throw new Error('over');
  });
  clock.advance(100);
  await expect(turns.next()).rejects.toThrow('over');
});

test('work that allows it is run to its end with pauses, and not on when the query has to end', async () => {
  const clock = createManualClock(0);
  const parts = function* () {
    for (let part = 0; part < 5; part++) {
      clock.advance(30);
      yield;
    }
    return 'done';
  };
  let left = 4;
  const turns = new Turns(clock, () => {
    if (left-- === 0) throw new Error('over');
  });
  await expect(turns.finish(parts())).rejects.toThrow('over');
  expect(await new Turns(clock, () => undefined).finish(parts())).toBe('done');
});
