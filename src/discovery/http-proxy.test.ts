import { describe, expect, it } from 'vitest';
import type { ProxyConfig } from '#prometheus-config/http-client-config.ts';
import { hopOf } from './http-proxy.ts';

const none: ProxyConfig = {
  proxyUrl: '',
  noProxy: '',
  proxyFromEnvironment: false,
  proxyConnectHeader: new Map(),
};
const proxyOf = (url: string, config: Partial<ProxyConfig>, env = {}): string | undefined =>
  hopOf(new URL(url), { ...none, ...config }, env)?.url.host;

describe('the proxy of a call', () => {
  it('is the one of proxy_url', () => {
    expect(proxyOf('http://a.com', {})).toBeUndefined();
    expect(proxyOf('http://a.com', { proxyUrl: 'http://p:1' })).toBe('p:1');
    expect(proxyOf('http://localhost', { proxyUrl: 'http://p:1' })).toBe('p:1');
  });

  it.each([
    ['http://foo.com', true],
    ['http://x.foo.com', true],
    ['http://xfoo.com', false],
    ['http://dotted.org', false],
    ['http://a.dotted.org', true],
    ['http://10.1.2.3', true],
    ['http://11.1.2.3', false],
    ['http://ported:81', true],
    ['http://ported', false],
    ['http://localhost:9', true],
    ['http://127.0.0.1', true],
    ['http://[::1]', true],
    ['http://[fd00::5]', true],
  ])('no_proxy of %s is %s', (url, isExcepted) => {
    const noProxy = 'foo.com, .dotted.org,10.0.0.0/8,ported:81,fd00::5,bad/x';
    const found = proxyOf(url, { proxyUrl: 'http://p:1', noProxy });
    expect(found === undefined).toBe(isExcepted);
  });

  it('comes from the environment', () => {
    const env = { HTTP_PROXY: 'p:1', https_proxy: 'http://q:2', NO_PROXY: 'b.com' };
    const config = { proxyFromEnvironment: true };
    expect(proxyOf('http://a.com', config, env)).toBe('p:1');
    expect(proxyOf('https://a.com', config, env)).toBe('q:2');
    expect(proxyOf('http://b.com', config, env)).toBeUndefined();
    expect(proxyOf('http://a.com', config, { ...env, NO_PROXY: '*' })).toBeUndefined();
  });
});
