import { describe, expect, it } from 'vitest';
import { logFilesConfig } from './log-files.ts';

const pathsOf = (files: string[]): string[] => {
  const [targets] = logFilesConfig(files)?.targets ?? [];
  if (targets?.kind !== 'discovery') return [];
  return targets.discoveries.flatMap((discovery) =>
    discovery.kind === 'static'
      ? discovery.groups.map(({ labels }) => new Map(labels).get('__path__') ?? '')
      : [],
  );
};

describe('logFilesConfig', () => {
  it('makes a target of each pattern', () => {
    expect(pathsOf(['/var/log/*.log', '/srv/app.log'])).toEqual(['/var/log/*.log', '/srv/app.log']);
  });

  it('puts alternatives together that the list was cut at', () => {
    expect(pathsOf(['/a/{b', 'c{d', 'e}}.log', '/f'])).toEqual(['/a/{b,c{d,e}}.log', '/f']);
  });

  it('is nothing when nothing is named', () => {
    expect(logFilesConfig([])).toBeUndefined();
    expect(logFilesConfig([''])).toBeUndefined();
  });
});
