import { expect, it } from 'vitest';
import { parseListenAddress } from './listen-address.ts';

it.each([
  ['0.0.0.0:1514', { host: '0.0.0.0', port: 1514 }],
  [':514', { host: undefined, port: 514 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['[]:1', { host: undefined, port: 1 }],
  ['host', undefined],
  ['host:', undefined],
  ['host:65536', undefined],
  ['::1:514', undefined],
])('%s', (text, expected) => expect(parseListenAddress(text)).toEqual(expected));
