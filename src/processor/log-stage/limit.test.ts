import { describe, expect, it } from 'vitest';
import type { LimitStage } from '#pipeline/log/stage-config.ts';
import { place, startStages } from '../../../test/lib/stages.ts';

const limit = (given: Partial<LimitStage>): LimitStage => ({
  kind: 'limit',
  place,
  rate: 10,
  burst: 2,
  drops: false,
  byLabel: undefined,
  distinctLabelsMax: 10_000,
  ...given,
});

describe('limit', () => {
  it('lets lines wait in their order, and the sender with them', async () => {
    const running = startStages([limit({})]);
    let isDone = false;
    const written = running.write(['a', 'b', 'c', 'd']).then(() => {
      isDone = true;
    });
    await running.advance(99);
    expect(running.lines()).toEqual(['a', 'b']);
    await running.advance(1);
    expect(running.lines()).toEqual(['a', 'b', 'c']);
    expect(isDone).toBe(false);
    await running.advance(100);
    await written;
    expect(running.lines()).toEqual(['a', 'b', 'c', 'd']);
    expect(running.timers()).toBe(0);
  });

  it('hands on what waits when it stops', async () => {
    const running = startStages([limit({ burst: 1 })]);
    const written = running.write(['a', 'b', 'c']);
    await running.stop();
    await written;
    expect(running.lines()).toEqual(['a', 'b', 'c']);
  });

  it('drops and counts', async () => {
    const running = startStages([limit({ drops: true })]);
    await running.write(['a', 'b', 'c']);
    await running.advance(100);
    await running.write(['d', 'e']);
    expect(running.lines()).toEqual(['a', 'b', 'd']);
    expect(running.released).toEqual(['c', 'e']);
    expect(running.text()).toContain('{reason="ratelimit_drop_stage"} 2');
  });

  it('counts each value of a label apart, and none without it', async () => {
    const running = startStages([limit({ drops: true, burst: 1, byLabel: 'app' })]);
    await running.write(['a', 'b'], { labels: { app: 'x' } });
    await running.write(['c'], { labels: { app: 'y' } });
    await running.write(['d', 'e']);
    expect(running.lines()).toEqual(['a', 'c', 'd', 'e']);
  });

  it('by a label has to drop', () => {
    expect(() => startStages([limit({ byLabel: 'app' })])).toThrow('drop must be true');
    expect(() => startStages([limit({ rate: 0 })])).toThrow('failed to parse rate');
  });
});
