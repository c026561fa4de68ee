import { setImmediate as later } from 'node:timers/promises';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import type { OnTargetGroups } from '#discovery/discovery.ts';
import { untilAborted } from '#discovery/static-discovery.ts';
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';
import { LogTargets } from './log-targets.ts';

const place = { file: 'x', line: 1, column: 1 };
const keep: RelabelConfig = {
  sourceLabels: ['app'],
  separator: ';',
  regex: 'a.*',
  pattern: RE2JS.compile('a.*'),
  modulus: 0n,
  targetLabel: '',
  replacement: '$1',
  action: 'keep',
  nameValidation: 'legacy',
};

it('hands on targets when they are others, with those of the group and relabelled', async () => {
  let onGroups: OnTargetGroups = () => {};
  const discovery: DiscoveryConfig = { kind: 'static', groups: [], place };
  const targets = new LogTargets(
    [
      { kind: 'discovery', id: 'all', place, discoveries: [discovery] },
      { kind: 'relabel', id: 'some', place, from: ['all'], rules: [keep] },
    ],
    () => ({
      run: (signal, found) => {
        onGroups = found;
        return untilAborted(signal);
      },
    }),
  );
  const seen: string[] = [];
  const appsOf = (found: readonly LabelPairs[]) =>
    found.map((labels) => Object.values(Object.fromEntries(labels)).join('/')).join(' ');
  targets.follow(['some'], (found) => void seen.push(appsOf(found)));
  targets.start();
  const group = (source: string, ...apps: string[]) => ({
    source,
    targets: apps.map((app): LabelPairs => [['app', app]]),
    labels: [
      ['app', 'of the group'],
      ['env', source],
    ] as LabelPairs,
  });
  onGroups([group('one', 'a1', 'b')]);
  onGroups([group('two', 'a2')]);
  await later();
  onGroups([group('two', 'a2', 'c')]);
  await later();
  onGroups([group('one')]);
  await later();
  await targets.stop();
  onGroups([group('three', 'a3')]);
  await later();
  expect(seen).toEqual(['', 'a1/one a2/two', 'a2/two']);
});
