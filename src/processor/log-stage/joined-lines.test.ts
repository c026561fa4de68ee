// Stages that make one line of several: multiline, cri, docker.
import { describe, expect, it } from 'vitest';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import { place, startStages } from '../../../test/lib/stages.ts';
import { dockerPartialLinesMax } from './docker.ts';
import { multilineStreamsMax } from './multiline.ts';
import { partialLineMsMax } from './partial-lines.ts';

const multiline: StageConfig = {
  kind: 'multiline',
  place,
  firstLine: '^\\[',
  linesMax: 4,
  waitMsMax: 3000,
  trimsNewlines: true,
};

/** Whoever writes releases what was written. */
const commit = (running: ReturnType<typeof startStages>) => {
  for (const { receipt } of running.entries) receipt.release();
};

describe('multiline', () => {
  it('joins up to the next first line, with the time of the first, and holds every receipt', async () => {
    const running = startStages([multiline]);
    await running.write(['before', '[1] a', '  b\r\n', '[2] c'], { timeNano: 7n });
    expect(running.lines()).toEqual(['before', '[1] a\n  b']);
    expect(running.released).toEqual([]);
    commit(running);
    expect(running.released).toEqual(['before', '[1] a', '  b\r\n']);
    await running.stop();
    expect(running.lines()).toEqual(['before', '[1] a\n  b', '[2] c']);
    expect(running.entries[2]?.timeNano).toBe(7n);
    expect(running.timers()).toBe(0);
  });

  it('hands on what got no line for a while, counted from the last one', async () => {
    const running = startStages([multiline]);
    await running.write(['[1] a']);
    await running.advance(2000);
    await running.write(['b']);
    await running.advance(2000);
    expect(running.lines()).toEqual([]);
    await running.advance(1000);
    expect(running.lines()).toEqual(['[1] a\nb']);
    expect(running.timers()).toBe(0);
    // What comes later is of the same block: it has its time and labels.
    await running.write(['c']);
    await running.advance(3000);
    expect(running.lines()).toEqual(['[1] a\nb', 'c']);
  });

  it('ends a block at its most lines, and keeps streams apart', async () => {
    const running = startStages([multiline]);
    await running.write(['[1]', 'a', 'b', 'c', 'd']);
    await running.write(['[x]', 'y'], { labels: { app: 'other' } });
    await running.write(['e']);
    await running.stop();
    expect(running.lines()).toEqual(['[1]\na\nb\nc', 'd\ne', '[x]\ny']);
  });

  it('forgets the oldest of too many streams, but no line of it', async () => {
    const running = startStages([multiline]);
    for (let i = 0; i <= multilineStreamsMax; i++) {
      await running.write([`[${i}]`], { labels: { i: `${i}` } });
    }
    expect(running.lines()).toEqual(['[0]']);
    await running.stop();
    expect(running.lines()).toHaveLength(multilineStreamsMax + 1);
  });
});

const cri: StageConfig = {
  kind: 'cri',
  place,
  partialLinesMax: 100,
  partialLineBytesMax: 0,
  cutsPartialLine: false,
};
const time = '2024-01-31T10:00:00.123456789';

describe('cri', () => {
  it('takes time and stream, joins pieces of a stream, and holds every receipt', async () => {
    const running = startStages([cri]);
    const pieces = [
      `${time}Z stdout P one `,
      `${time}Z stderr F other`,
      `${time}+01:00 stdout F two`,
    ];
    await running.write(pieces);
    expect(running.lines()).toEqual(['other', 'one two']);
    expect(running.labels()).toEqual([{ stream: 'stderr' }, { stream: 'stdout' }]);
    expect(running.entries[1]?.timeNano).toBe(
      BigInt(Date.UTC(2024, 0, 31, 9)) * 1_000_000n + 123_456_789n,
    );
    commit(running);
    expect(running.released).toEqual([pieces[1], pieces[0], pieces[2]]);
  });

  it('hands on pieces that get no end', async () => {
    const running = startStages([cri]);
    await running.write([`${time}Z stdout P one`]);
    expect(running.lines()).toEqual([]);
    await running.stop();
    expect(running.lines()).toEqual(['one']);
  });

  it('hands on pieces that got no other one for long, so that their file is read on', async () => {
    const running = startStages([cri]);
    await running.write([`${time}Z stdout P one`]);
    await running.advance(partialLineMsMax / 2);
    await running.write([`${time}Z stderr P two`]);
    await running.advance(partialLineMsMax / 2);
    expect(running.lines()).toEqual(['one']);
    await running.write([`${time}Z stderr F end`]);
    expect(running.lines()).toEqual(['one', 'twoend']);
    await running.advance(partialLineMsMax);
    expect(running.timers()).toBe(0);
    await running.write([`${time}Z stderr P three`]);
    await running.stop();
    expect([running.lines().at(-1), running.timers()]).toEqual(['three', 0]);
  });

  it('gives lines without a time one after the last, and passes on what is none', async () => {
    const running = startStages([cri]);
    await running.write([`${time}Z stdout F a`, 'hi stdout F b', 'no such line']);
    expect(running.lines()).toEqual(['a', 'b', 'no such line']);
    const [first, second] = running.entries;
    expect((second?.timeNano ?? 0n) - (first?.timeNano ?? 0n)).toBe(1n);
    expect(running.text()).toContain('sightline_log_stage_failures_total{stage="cri"} 1');
  });
});

describe('docker', () => {
  const docker: StageConfig = { kind: 'docker', place };
  const written = (log: string): string =>
    JSON.stringify({ log, stream: 'stdout', time: `${time}Z` });

  it('joins pieces of 16 KiB', async () => {
    const piece = 'ü'.repeat(8192);
    const running = startStages([docker]);
    await running.write([written(piece), written(piece), written('end\n'), written('next')]);
    expect(running.lines()).toEqual([`${piece}${piece}end\n`, 'next']);
    commit(running);
    expect(running.released).toHaveLength(4);
  });

  it('lets pass what Docker did not write', async () => {
    const running = startStages([docker]);
    const deep = `{"log":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await running.write([deep, '{"log":{}}', '{']);
    expect(running.lines()).toEqual([deep, '{"log":{}}', '{']);
  });

  it('holds no more pieces than it may', async () => {
    const running = startStages([docker]);
    const piece = 'x'.repeat(16_384);
    for (let i = 0; i <= dockerPartialLinesMax; i++) {
      await running.write([written(piece)], { labels: { i: `${i}` } });
    }
    expect(running.lines()).toHaveLength(dockerPartialLinesMax);
    await running.stop();
    expect(running.lines()).toHaveLength(dockerPartialLinesMax + 1);
  });
});
