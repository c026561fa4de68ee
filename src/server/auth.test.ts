import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { assertMayListen, createAuthenticator, isLoopback } from './auth.ts';
import { hashPassword, parsePasswordHash } from './password.ts';

const salt = new Uint8Array(16).fill(7);
const auth = createAuthenticator({
  users: { ann: await hashPassword('se:cret', salt) },
  tokens: ['token-one', 'token-two'],
});
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('check', () => {
  const lets = (authorization: string) =>
    it(`lets ${authorization} in`, () =>
      expect(auth.check(authorization)).resolves.toBeUndefined());
  const refuses = (authorization: string | undefined) =>
    it(`refuses ${authorization}`, () =>
      expect(auth.check(authorization)).rejects.toMatchObject({ code: 'unauthenticated' }));
  lets(basic('ann:se:cret'));
  lets('Bearer token-one');
  lets('bearer token-two');
  refuses(undefined);
  refuses('');
  refuses('Bearer');
  refuses('Bearer token');
  refuses('Bearer token-one ');
  refuses('Digest token-one');
  refuses(basic('ann:secret'));
  refuses(basic('bob:se:cret'));
  refuses(basic('ann'));
  refuses('Basic %%%');

  it('lets everybody in when nothing is configured', async () => {
    const open = createAuthenticator({ users: {}, tokens: [] });
    expect(open.isOpen).toBe(true);
    await open.check(undefined);
  });

  it('runs scrypt once per credential', async () => {
    const started = performance.now();
    await Promise.all(Array.from({ length: 500 }, () => auth.check(basic('ann:se:cret'))));
    await Promise.all(Array.from({ length: 500 }, () => auth.check(basic('ann:se:cret'))));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('answers overloaded instead of running any number of scrypts', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => auth.check(basic(`ann:guess-${i}`))),
    );
    const codes = results.map((result) => (result as PromiseRejectedResult).reason.code as string);
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(4);
    expect(codes.filter((code) => code === 'server_overloaded')).toHaveLength(26);
  });
});

describe('createAuthenticator', () => {
  for (const tokens of [[''], ['token', ' ']]) {
    it(`refuses the tokens ${JSON.stringify(tokens)}: 'Bearer' alone would be let in`, () => {
      expect(() => createAuthenticator({ users: {}, tokens })).toThrow(
        expect.objectContaining({ code: 'auth_bad_token' }),
      );
    });
  }
});

describe('assertMayListen', () => {
  const open = createAuthenticator({ users: {}, tokens: [] });
  it('loopback without credentials', () => assertMayListen('127.0.0.1', open));
  it('everywhere with credentials', () => assertMayListen('0.0.0.0', auth));
  it('not everywhere without', () => {
    expect(() => assertMayListen('0.0.0.0', open)).toThrow(
      expect.objectContaining({
        code: 'listen_without_auth',
        hint: expect.stringMatching(/auth\./),
      }),
    );
  });
  for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost']) {
    it(`${host} is loopback`, () => expect(isLoopback(host)).toBe(true));
  }
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.evil.org', '']) {
    it(`'${host}' is not loopback`, () => expect(isLoopback(host)).toBe(false));
  }
});

describe('parsePasswordHash', () => {
  const bad = (text: string) =>
    it(`refuses '${text}'`, () => expect(() => parsePasswordHash('ann', text)).toThrow(InputError));
  const tail = 'AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAA==';
  it('takes what it makes', () =>
    expect(parsePasswordHash('ann', `scrypt:1024:8:1:${tail}`).cost).toBe(1024));
  bad('');
  bad('plain');
  bad(`bcrypt:1024:8:1:${tail}`);
  bad(`scrypt:1000:8:1:${tail}`);
  bad(`scrypt:1024:0:1:${tail}`);
  bad(`scrypt:x:8:1:${tail}`);
  bad(`scrypt:1024:8:1:${tail}:more`);
  bad('scrypt:1024:8:1::');
});
