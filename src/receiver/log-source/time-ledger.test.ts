import { expect, it } from 'vitest';
import type { PositionStore, SourcePosition } from '#pipeline/log/entry.ts';
import { forgetGone, TimeLedger } from './time-ledger.ts';

function memory(): PositionStore & { readonly cursor: () => string | undefined } {
  const all = new Map<string, SourcePosition>();
  return {
    get: (key) => all.get(key),
    set: (key, position) => void all.set(key, position),
    delete: (key) => void all.delete(key),
    list: (prefix) => [...all].filter(([key]) => key.startsWith(prefix)),
    save: () => {},
    flush: async () => {},
    cursor: () => all.get('a')?.cursor,
  };
}

it('takes each line once, however often the source is asked', () => {
  const ledger = new TimeLedger(memory(), 'a');
  expect([1n, 2n, 2n].map((time) => ledger.take('', time))).toEqual([true, true, true]);
  ledger.restart();
  expect(ledger.sinceNano).toBe(2n);
  const again = [1n, 2n, 2n, 2n, 3n].map((time) => ledger.take('', time));
  expect(again).toEqual([false, false, false, true, true]);
});

it('takes what comes while a clock goes back', () => {
  const ledger = new TimeLedger(memory(), 'a');
  expect([5n, 3n, 4n].map((time) => ledger.take('', time))).toEqual([true, true, true]);
});

it('keeps streams apart, and asks from the one that is behind', () => {
  const ledger = new TimeLedger(memory(), 'a');
  ledger.take('stdout', 5n);
  ledger.take('stderr', 3n);
  ledger.restart();
  expect(ledger.sinceNano).toBe(3n);
  expect([ledger.take('stderr', 3n), ledger.take('stdout', 5n)]).toEqual([false, false]);
  expect(ledger.take('stderr', 4n)).toBe(true);
});

it('moves the position over committed lines only, in their order', () => {
  const positions = memory();
  const ledger = new TimeLedger(positions, 'a');
  ledger.take('', 1n);
  const first = ledger.begin(1);
  ledger.take('', 2n);
  ledger.take('', 2n);
  const second = ledger.begin(2);
  second.release();
  second.release();
  expect(positions.cursor()).toBeUndefined();
  first.hold();
  first.release();
  first.release();
  expect(positions.cursor()).toBe('=2*2');
  const next = new TimeLedger(positions, 'a');
  expect(next.sinceNano).toBe(2n);
  expect([2n, 2n, 2n].map((time) => next.take('', time))).toEqual([false, false, true]);
});

it('forgets what has no target and is old', () => {
  const positions = memory();
  const day = 86_400_000_000_000n;
  const at = (timeNano: bigint) => ({ offset: 0, identity: '', cursor: `=${timeNano}*1` });
  positions.set('docker/a/gone', at(1n * day));
  positions.set('docker/a/stopped', at(9n * day));
  positions.set('docker/a/quiet', at(1n * day));
  positions.set('docker/b/other', at(1n * day));
  forgetGone(positions, 'docker/a/', new Set(['docker/a/quiet']), 10n * day);
  expect(positions.list('').map(([key]) => key)).toEqual([
    'docker/a/stopped',
    'docker/a/quiet',
    'docker/b/other',
  ]);
});
