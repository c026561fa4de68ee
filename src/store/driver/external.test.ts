import { describe, expect, it } from 'vitest';
import { parseStorageUrl } from './external.ts';

describe('parseStorageUrl', () => {
  const ok = (text: string, expected: object) =>
    it(text, () => expect(parseStorageUrl(text)).toEqual(expected));
  const bad = (text: string, why: RegExp) =>
    it(`refuses ${text}`, () => expect(() => parseStorageUrl(text)).toThrow(why));
  const plain = { user: 'default', password: '', database: 'sightline', cluster: undefined };
  ok('http://h:8123', { ...plain, url: 'http://h:8123' });
  ok('https://u:p%40ss@h/db?cluster=main', {
    url: 'https://h',
    user: 'u',
    password: 'p@ss',
    database: 'db',
    cluster: 'main',
  });
  ok('http://[::1]:8123/x', { ...plain, url: 'http://[::1]:8123', database: 'x' });
  bad('clickhouse', /it is no URL.*http\(s\):\/\/user/s);
  bad('tcp://h:9000', /its scheme is tcp/);
  bad('http://h/a-b', /'a-b' is no name of a database/);
  bad('http://h/a%60;DROP', /is no name of a database/);
  bad('http://h/db?cluster=a%27', /is no name of a cluster/);
  bad('http://h/db?clutser=a', /unknown parameter 'clutser'/);
});
