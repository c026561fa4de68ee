import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { configOf, loadConfig } from './load.ts';
import { flagOf, type OptionKey, options, variableOf } from './options.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'sightline.yaml');
  writeFileSync(path, text);
  return path;
}

function failure(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
  }
  throw new Error('nothing was refused');
}

describe('loadConfig', () => {
  it('has a default for everything that needs one', () => {
    const config = loadConfig({ args: [], env: {} });
    expect(config.data_dir).toBe('./data');
    expect(config['retention.logs']).toBe(7 * 86_400_000);
    expect(config['memory.limit']).toBe(2 ** 30);
    expect(config.storage).toBeUndefined();
  });

  it('takes the flag before the variable before the file', () => {
    const path = file('query:\n  timeout: 1s\n  lookback: 1m\nlisten: 127.0.0.3\n');
    const config = loadConfig({
      args: ['--config', path, '--query-timeout=3s', '--strict'],
      env: { SIGHTLINE_QUERY_TIMEOUT: '2s', SIGHTLINE_QUERY_LOOKBACK: '2m' },
    });
    expect(config['query.timeout']).toBe(3000);
    expect(config['query.lookback']).toBe(120_000);
    expect(config.listen).toBe('127.0.0.3');
    expect(config['compat.strict']).toBe(true);
  });

  it('reads users and tokens from the file', () => {
    const path = file('auth:\n  users: {ann: "scrypt:x"}\n  tokens: [a, b]\n');
    const config = loadConfig({ args: ['--config', path], env: {} });
    expect(config['auth.users']).toEqual({ ann: 'scrypt:x' });
    expect(config['auth.tokens']).toEqual(['a', 'b']);
  });

  it('reads users and tokens from variables', () => {
    const env = {
      SIGHTLINE_AUTH_USERS: 'ann=scrypt:1:a==,bob=scrypt:2:b=',
      SIGHTLINE_AUTH_TOKENS: 'a, b',
    };
    const config = loadConfig({ args: [], env });
    expect(config['auth.users']).toEqual({ ann: 'scrypt:1:a==', bob: 'scrypt:2:b=' });
    expect(config['auth.tokens']).toEqual(['a', 'b']);
    const { message } = failure(() => loadConfig({ args: [], env: { SIGHTLINE_AUTH_USERS: 'x' } }));
    expect(message).toContain('SIGHTLINE_AUTH_USERS: "x" is not name=value,name=value');
  });

  const refused = (key: OptionKey, value: unknown, why: string) =>
    it(`refuses ${key}: ${value}`, () => {
      expect(failure(() => configOf({ [key]: value })).message).toBe(`${key}: ${why}.`);
    });
  refused('query.max_series', '-1', '-1 is less than 0');
  refused('query.max_series', '1e3', '"1e3" is not a whole number');
  refused('query.max_series', ' ', '" " is not a whole number');
  refused('query.max_concurrent', 0, '0 is less than 1');
  refused('query.timeout', '0', '0 is less than 1ms');
  refused('retention.logs', -5, '-5 is less than 0');
  refused('memory.limit', '1MiB', '1048576 is less than 64MiB');
  refused('internal_telemetry.interval', '0', '0 is less than 1s');

  it('takes no number for a duration that is none', () => {
    expect(failure(() => configOf({ 'query.timeout': Number.NaN })).message).toContain(
      'no duration',
    );
    expect(configOf({ 'server.cors_origins': '' })['server.cors_origins']).toEqual([]);
  });

  it('names every mistake with its place', () => {
    const path = file('query:\n  timeout: soon\n  max_samples: many\nretension: {logs: 1d}\n');
    const { code, message } = failure(() => loadConfig({ args: ['--config', path], env: {} }));
    expect(code).toBe('config_invalid');
    expect(message).toContain(`${path}: query.timeout: 'soon' is no duration`);
    expect(message).toContain(`${path}: query.max_samples: "many" is not a whole number`);
    expect(message).toContain('retension.logs: there is no such key; did you mean retention.logs?');
  });

  it('refuses an unknown flag and suggests the nearest', () => {
    const { code, message } = failure(() => loadConfig({ args: ['--data-dri', 'x'], env: {} }));
    expect(code).toBe('usage');
    expect(message).toBe('there is no flag --data-dri; did you mean --data-dir?');
  });

  it('says where the flags are listed when none is near', () => {
    const said = (arg: string) => failure(() => loadConfig({ args: [arg], env: {} })).message;
    expect(said('--frobnicate')).toBe('there is no flag --frobnicate; `sightline help` lists them');
    expect(said('x')).toBe("'x' is not a flag; `sightline help` lists them");
  });

  it('keeps secrets off the command line, and says where they go', () => {
    const { code, message } = failure(() => loadConfig({ args: ['--auth-tokens', 'x'], env: {} }));
    expect(code).toBe('usage');
    expect(message).toContain('write auth.tokens to sightline.yaml, or set SIGHTLINE_AUTH_TOKENS');
  });

  it('says which file cannot be read', () => {
    const { code } = failure(() => loadConfig({ args: ['--config', '/nowhere.yaml'], env: {} }));
    expect(code).toBe('config_unreadable');
  });
});

describe('configOf', () => {
  it('takes values of a program', () => {
    expect(configOf({ port_offset: 5, 'query.timeout': '5s' })['query.timeout']).toBe(5000);
  });
});

describe('options', () => {
  it('have a flag and a variable of their own each', () => {
    const keys = Object.keys(options) as OptionKey[];
    expect(new Set(keys.map(flagOf)).size).toBe(keys.length);
    expect(new Set(keys.map(variableOf)).size).toBe(keys.length);
    expect(flagOf('query.max_series')).toBe('--query-max-series');
    expect(variableOf('query.max_series')).toBe('SIGHTLINE_QUERY_MAX_SERIES');
  });
});
