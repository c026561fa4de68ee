import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('gives others a turn between two pieces of work', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const work = ['a', 'b', 'c'].map((name) => turns.run(() => seen.push(name)));
    // A chain of callbacks like a question that needs several turns.
    const question = new Promise<void>((resolve) => {
      setImmediate(() => {
        seen.push('question');
        resolve();
      });
    });
    await Promise.all([...work, question]);
    expect(seen.indexOf('question')).toBeLessThan(seen.indexOf('c'));
    expect(seen.filter((name) => name !== 'question')).toEqual(['a', 'b', 'c']);
  });

  it('starts at once when nothing runs', async () => {
    const turns = createTurns();
    let isDone = false;
    const running = turns.run(() => {
      isDone = true;
    });
    expect(isDone).toBe(true);
    await running;
  });

  it('passes failures on and goes on', async () => {
    const turns = createTurns();
    const failing = turns.run(() => {
      throw new Error('no');
    });
    const after = turns.run(() => 1);
    await expect(failing).rejects.toThrow('no');
    await expect(after).resolves.toBe(1);
  });
});
