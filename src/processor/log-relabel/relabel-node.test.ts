import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';
import { createRelabelNode } from './relabel-node.ts';

const rule = (given: Partial<RelabelConfig>): RelabelConfig => ({
  sourceLabels: ['app'],
  separator: ';',
  regex: '(.*)',
  pattern: RE2JS.compile(given.regex ?? '(.*)'),
  modulus: 0n,
  targetLabel: '',
  replacement: '$1',
  action: 'replace',
  nameValidation: 'legacy',
  ...given,
});

it('changes labels, and releases what it drops', async () => {
  const released: string[] = [];
  const entry = (app: string): CollectedEntry => ({
    labels: new Map([['app', app]]),
    timeNano: 1n,
    line: app,
    metadata: [],
    tenant: undefined,
    receipt: { hold: () => {}, release: () => void released.push(app) },
  });
  const written: CollectedEntry[] = [];
  const meter = createMeter();
  const node = createRelabelNode(
    [rule({ targetLabel: 'service' }), rule({ regex: 'noise', action: 'drop' })],
    { write: async (entries) => void written.push(...entries) },
    { meter },
  );
  await node.write([entry('api'), entry('noise'), entry('api')]);
  await node.stop();
  expect(written.map(({ labels }) => Object.fromEntries(labels))).toEqual([
    { app: 'api', service: 'api' },
    { app: 'api', service: 'api' },
  ]);
  // Each has labels of its own, for stages that change them.
  expect(written[0]?.labels).not.toBe(written[1]?.labels);
  expect(released).toEqual(['noise']);
  expect(meter.collect()[0]?.points[0]?.value).toBe(1);
});
