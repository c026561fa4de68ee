import { describe, expect, it } from 'vitest';
import { settingsBelow, settingsYaml, type TempoSetting } from './settings.ts';

const settings: TempoSetting[] = [
  { name: 'target', value: 'all', default: 'all' },
  { name: 'server.http_listen_port', value: 3201, default: 3200 },
  { name: 'server.log_level', value: 'info', default: 'info' },
  { name: 'overrides.defaults.a.buckets', value: [0.5, 1], default: [0.5, 1] },
  { name: 'overrides.defaults.b', value: '1m0s', default: '' },
];

describe('settingsYaml', () => {
  const prints = (mode: 'diff' | 'defaults' | '', lines: readonly string[]) =>
    it(mode || 'all', () =>
      expect(settingsYaml(settings, mode)).toBe(lines.map((line) => `${line}\n`).join('')),
    );
  prints('', [
    'target: all',
    'server:',
    '    http_listen_port: 3201',
    '    log_level: info',
    'overrides:',
    '    defaults:',
    '        a:',
    '            buckets: [0.5,1]',
    '        b: "1m0s"',
  ]);
  prints('diff', [
    'server:',
    '    http_listen_port: 3201',
    'overrides:',
    '    defaults:',
    '        b: "1m0s"',
  ]);
  prints('defaults', [
    'target: all',
    'server:',
    '    http_listen_port: 3200',
    '    log_level: info',
    'overrides:',
    '    defaults:',
    '        a:',
    '            buckets: [0.5,1]',
    '        b: ""',
  ]);
  it('of nothing', () => expect(settingsYaml([])).toBe('{}\n'));
});

it('settingsBelow', () => {
  expect(settingsBelow(settings, 'overrides.defaults')).toEqual({
    a: { buckets: [0.5, 1] },
    b: '1m0s',
  });
  expect(settingsBelow(settings, 'nothing')).toEqual({});
});
