import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('so many at a time, the others in turn, and no more than may wait', async () => {
  const gate = createGate(1, 1);
  const order: string[] = [];
  let release = (): void => {};
  const first = gate.pass(async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    order.push('first');
  });
  const second = gate.pass(async () => void order.push('second'));
  await expect(gate.pass(async () => {})).rejects.toMatchObject({
    code: 'query_too_many',
    retryable: true,
    message: expect.stringContaining('query.max_concurrent'),
  });
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  await gate.pass(async () => void order.push('third'));
  expect(order).toHaveLength(3);
});

test('a failure frees its place', async () => {
  const gate = createGate(1, 0);
  await expect(gate.pass(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  await expect(gate.pass(async () => 1)).resolves.toBe(1);
});
