import { describe, expect, it } from 'vitest';
import { printEngineConfig, printUsersConfig } from './engine-config.ts';
import { checkEngineVersion, enginePackageName, findEngineLibrary } from './engine-library.ts';

const config = {
  memoryBytesMax: 2 ** 30 + 0.4,
  cores: 12,
  user: 'sightline',
  password: 'p<&>"',
  usersPath: '/data <1>/users.xml',
};

describe('the files of the embedded engine', () => {
  it('hold the memory cap as a whole number, and escaped paths', () => {
    const text = printEngineConfig(config);
    expect(text).toContain('<max_server_memory_usage>759169024</max_server_memory_usage>');
    const small = printEngineConfig({ ...config, memoryBytesMax: 2001 });
    expect(small).toContain('<max_server_memory_usage>1001</max_server_memory_usage>');
    expect(text).toContain('<background_pool_size>6</background_pool_size>');
    expect(text).toContain('<users_config>/data &#60;1&#62;/users.xml</users_config>');
  });
  it('give the session without a password nothing but to wait', () => {
    const text = printUsersConfig(config);
    const grants = [...text.matchAll(/<query>(.*?)<\/query>/g)].map(([, grant]) => grant);
    expect(grants).toEqual(['GRANT SYSTEM LISTEN ON *.*', 'GRANT SELECT ON system.numbers']);
    expect(text).toContain('<password>p&#60;&#38;&#62;&#34;</password>');
    expect(text).not.toContain('::/0');
  });
});

describe('the library of the embedded engine', () => {
  it('has a package per platform', () => {
    expect(enginePackageName('linux', 'arm64')).toBe('@chdb/lib-linux-arm64-gnu');
    expect(enginePackageName('darwin', 'x64')).toBe('@chdb/lib-darwin-x64');
  });
  it('says what to install when it is missing', () => {
    expect(() => findEngineLibrary('plan9', 'mips')).toThrow(
      /@chdb\/lib-plan9-mips is not installed.*npm install @chdb.*--storage/s,
    );
  });
  it('must be of the expected version', () => {
    expect(() => checkEngineVersion('26.7.2.1')).not.toThrow();
    expect(() => checkEngineVersion('26.5.1.1')).toThrow(/is version 26.5.1.1, expected 26.7.x/);
  });
});
