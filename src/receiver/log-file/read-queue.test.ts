import { describe, expect, it } from 'vitest';
import { ReadQueue } from './read-queue.ts';

/** A queue with two places; what is read says when it is done, and whether there is more. */
function setUp() {
  const begun: string[] = [];
  const ends = new Map<string, (hasMore: boolean) => void>();
  const queue = new ReadQueue<string>(2, (one) => {
    begun.push(one);
    return new Promise((resolve) => ends.set(one, resolve));
  });
  const end = async (one: string, hasMore = false): Promise<void> => {
    ends.get(one)?.(hasMore);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, begun, end };
}

describe('ReadQueue', () => {
  it('reads so many at once, the others as they came, and none twice at a time', async () => {
    const { queue, begun, end } = setUp();
    for (const one of ['a', 'b', 'c', 'a', 'c', 'd']) queue.add(one);
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    await end('c');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    expect(['a', 'b', 'c', 'd'].map((one) => queue.has(one))).toEqual([true, false, false, true]);
  });

  it('gives the others a turn before one that has more', async () => {
    const { queue, begun, end } = setUp();
    for (const one of ['a', 'b', 'c']) queue.add(one);
    await end('a', true);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c', 'a']);
  });

  it('has its places again after it was empty', async () => {
    const { queue, begun, end } = setUp();
    queue.add('a');
    await end('a');
    for (const one of ['a', 'b', 'c']) queue.add(one);
    expect(begun).toEqual(['a', 'a', 'b']);
  });

  it('closes when what is being read has ended, and forgets who waits', async () => {
    const { queue, begun, end } = setUp();
    for (const one of ['a', 'b', 'c']) queue.add(one);
    let isClosed = false;
    const closing = queue.close().then(() => {
      isClosed = true;
    });
    await end('a');
    expect(isClosed).toBe(false);
    await end('b');
    await closing;
    expect(begun).toEqual(['a', 'b']);
  });
});
