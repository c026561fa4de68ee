import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import type { PositionStore, SourcePosition } from '#pipeline/log/entry.ts';
import { createReadTimes } from '#pipeline/log/read-times.ts';
import { modifiedMsOf, ReadLedger, readsMax } from './read-ledger.ts';

function memoryPositions() {
  const kept = new Map<string, SourcePosition>();
  const saved: (SourcePosition | undefined)[] = [];
  const store: PositionStore = {
    get: (key) => kept.get(key),
    set: (key, position) => void kept.set(key, position),
    delete: (key) => void kept.delete(key),
    list: () => [...kept],
    save: () => void saved.push(kept.get('k')),
    flush: async () => {},
  };
  return { store, saved, position: () => kept.get('k') as SourcePosition };
}

function setUp(startMs = 1) {
  const positions = memoryPositions();
  const times = createReadTimes(createManualClock(startMs));
  const ledger = new ReadLedger(positions.store, 'k', times);
  ledger.identify('id', 7);
  return { ledger, ...positions };
}

describe('ReadLedger', () => {
  it('has reads on record before they are handed on', () => {
    const { ledger, saved } = setUp();
    const { timeNano } = ledger.begin(10, 1);
    expect(timeNano).toBe(1_000_000n);
    expect(saved).toEqual([{ offset: 0, identity: 'id', cursor: '7 0-10@1000000' }]);
  });

  it('moves the position when all lines of a read are released, in order', () => {
    const { ledger, position } = setUp();
    const first = ledger.begin(10, 2).receipt;
    const second = ledger.begin(20, 1).receipt;
    second.release();
    first.release();
    first.hold();
    first.release();
    expect(position()).toMatchObject({ offset: 0 });
    first.release();
    expect(position()).toEqual({ offset: 20, identity: 'id', cursor: '7' });
    expect(modifiedMsOf(position())).toBe(7);
  });

  it('gives every byte a time of its own', () => {
    const { ledger } = setUp();
    expect([ledger.begin(10, 1).timeNano, ledger.begin(15, 1).timeNano]).toEqual([
      1_000_000n,
      1_000_010n,
    ]);
  });

  it('reads again what was not committed, in the same pieces and with the same times', () => {
    const { ledger } = setUp(5);
    ledger.resume({ offset: 5, identity: 'id', cursor: '7 0-10@100 10-30@200' });
    expect([ledger.offset, ledger.readUntil]).toEqual([5, 10]);
    expect(ledger.begin(8, 1).timeNano).toBe(105n);
    expect(ledger.begin(10, 1).timeNano).toBe(108n);
    expect(ledger.readUntil).toBe(30);
    expect(ledger.begin(30, 1).timeNano).toBe(200n);
    expect(ledger.readUntil).toBe(Number.POSITIVE_INFINITY);
    expect(ledger.begin(31, 1).timeNano).toBe(5_000_000n);
  });

  it('keeps what is still to be read again on record', () => {
    const { ledger, position } = setUp();
    ledger.resume({ offset: 0, identity: 'id', cursor: '7 0-10@100 10-30@200' });
    ledger.begin(10, 1).receipt.release();
    expect(position()).toEqual({ offset: 10, identity: 'id', cursor: '7 10-30@200' });
  });

  it('forgets what is on its way when the file starts anew', () => {
    const { ledger, position } = setUp();
    const old = ledger.begin(10, 1).receipt;
    ledger.restart(0);
    const { receipt } = ledger.begin(4, 1);
    old.release();
    expect(position()).toMatchObject({ offset: 0 });
    receipt.release();
    expect(position()).toMatchObject({ offset: 4 });
  });

  it('is full when too many reads wait, and tells when none does', async () => {
    const { ledger } = setUp();
    const receipts = Array.from({ length: readsMax }, (_, i) => ledger.begin(i + 1, 1).receipt);
    expect(ledger.isFull).toBe(true);
    const settled = ledger.settled();
    for (const receipt of receipts) receipt.release();
    await settled;
    expect(ledger.isFull).toBe(false);
  });
});
