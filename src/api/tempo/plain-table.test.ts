import { expect, it } from 'vitest';
import { plainTable } from './plain-table.ts';

it('plainTable', () => {
  expect(
    plainTable(
      ['name', 'status'],
      [
        ['server', 'Running'],
        ['x', ''],
      ],
    ),
  ).toBe(
    [
      '+--------+---------+',
      '| NAME   | STATUS  |',
      '+--------+---------+',
      '| server | Running |',
      '| x      |         |',
      '+--------+---------+',
      '',
    ].join('\n'),
  );
  expect(plainTable(['tenant'], [])).toBe('+--------+\n| TENANT |\n+--------+\n');
});
