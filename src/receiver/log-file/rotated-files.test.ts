import { expect, it } from 'vitest';
import { isRotatedName } from './rotated-files.ts';

it.each([
  ['app.log.1', true],
  ['app.log.10', true],
  ['app.log-20260131', true],
  ['app.log.2026-01-31', true],
  ['app.log.2026-01-31T10:11:12', true],
  ['app-2026-01-31.log', true],
  ['app.1.log', true],
  ['app.log', false],
  ['app.log.err', false],
  ['app.log.1.gz', false],
  ['app-worker.log', false],
  ['other.log.1', false],
])('app.log may be renamed to %s: %s', (name, isRotated) => {
  expect(isRotatedName(name, 'app.log')).toBe(isRotated);
});

it('knows the files of containers', () => {
  expect(isRotatedName('0.log.20260131-101112', '0.log')).toBe(true);
});
