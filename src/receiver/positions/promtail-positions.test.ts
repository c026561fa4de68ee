import { describe, expect, it } from 'vitest';
import { parsePromtailPositions } from './promtail-positions.ts';

describe('parsePromtailPositions', () => {
  it('takes offsets of paths apart from cursors', () => {
    const text = `positions:
  /var/log/a.log: "123"
  /var/log/b.log: 7
  /var/log/odd.log: "x"
  cursor-docker/1: "1700000000"
  journal-main: s=abc
`;
    const { offsets, cursors } = parsePromtailPositions(text, 'positions.yaml');
    expect([...offsets]).toEqual([
      ['/var/log/a.log', 123],
      ['/var/log/b.log', 7],
    ]);
    expect(Object.fromEntries(cursors)).toEqual({
      '/var/log/odd.log': 'x',
      'cursor-docker/1': '1700000000',
      'journal-main': 's=abc',
    });
  });

  it.each(['', 'positions:', 'positions: {}'])('has nothing of %j', (text) => {
    expect(parsePromtailPositions(text, 'p').offsets.size).toBe(0);
  });

  it.each(['positions: [1]', 'positions: {', '- a'])('refuses %j', (text) => {
    expect(() => parsePromtailPositions(text, '/p.yml')).toThrow(
      /cannot read Promtail's positions in \/p.yml/,
    );
  });
});
