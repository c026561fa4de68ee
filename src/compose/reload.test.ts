import { expect, it } from 'vitest';
import { reloadAll } from './reload.ts';

it('reads all again, and says what was wrong first', async () => {
  const read: string[] = [];
  const file = (name: string, isWrong: boolean) => ({
    reload: async () => {
      read.push(name);
      if (isWrong) throw new Error(name);
    },
  });
  await reloadAll([undefined, file('a', false)])();
  const reload = reloadAll([file('b', true), file('c', true), file('d', false)]);
  await expect(reload()).rejects.toThrow('b');
  expect(read).toEqual(['a', 'b', 'c', 'd']);
});
