import { describe, expect, it } from 'vitest';
import { decodeZipkinJson } from './json.ts';

const nowNano = 1_800_000_000_000_000_000n;
const plain = (map: ReadonlyMap<string, string> | undefined) => Object.fromEntries(map ?? []);
const ids = { traceId: '1', id: '2' };
const decode = (spans: unknown, version: 1 | 2) =>
  decodeZipkinJson(JSON.stringify(spans), version, nowNano);

describe('a span of v1', () => {
  const host = (serviceName: string, ipv4 = '10.0.0.1') => ({ serviceName, ipv4, port: 80 });
  const at = (timestamp: number, value: string, endpoint?: object) => ({
    timestamp,
    value,
    ...(endpoint && { endpoint }),
  });
  const v1 = (fields: object) => {
    const { spans, rejected } = decode([{ ...ids, ...fields }], 1);
    expect(rejected).toBeUndefined();
    return spans;
  };
  const kinds: [string, string, number][] = [
    ['cs', 'cr', 3],
    ['sr', 'ss', 2],
    ['ms', 'x', 4],
    ['mr', 'x', 5],
  ];
  it.each(kinds)('from %s to %s has kind and time of it', (first, last, kind) => {
    const [span] = v1({ annotations: [at(10, first, host('a')), at(30, last, host('a'))] });
    expect(span).toMatchObject({ kind, startUnixNano: 10_000n });
    expect(plain(span?.origin.resourceAttributes)).toEqual({ 'service.name': 'a' });
    if (last !== 'x') expect(span).toMatchObject({ durationNano: 20_000n, events: [] });
    else expect(span?.events).toMatchObject([{ name: 'x', timeUnixNano: 30_000n }]);
  });

  it('holding both halves of a call is two', () => {
    const [client, server, ...others] = v1({
      timestamp: 10,
      duration: 30,
      annotations: [
        at(10, 'cs', host('front')),
        at(15, 'sr', host('back')),
        at(20, 'cache', host('back')),
        at(30, 'ss', host('back')),
        at(40, 'cr', host('front')),
      ],
      binaryAnnotations: [
        { key: 'of.client', value: '1', endpoint: host('front') },
        { key: 'of.server', value: '2', endpoint: host('back') },
        { key: 'sa', value: true, endpoint: host('back', '10.0.0.2') },
      ],
    });
    expect(others).toEqual([]);
    expect(client).toMatchObject({ kind: 3, startUnixNano: 10_000n, durationNano: 30_000n });
    expect(client?.events).toEqual([]);
    expect(plain(client?.attributes)).toMatchObject({
      'of.client': '1',
      'net.peer.ip': '10.0.0.2',
    });
    expect(server).toMatchObject({ kind: 2, startUnixNano: 15_001n, events: [{ name: 'cache' }] });
    expect(server?.attributes.get('of.server')).toBe('2');
    expect(plain(server?.origin.resourceAttributes)).toEqual({ 'service.name': 'back' });
  });

  it.each([
    [[{ key: 'lc', value: 'comp' }], 'comp'],
    [[{ key: 'lc', value: 'comp', endpoint: host('named') }], 'named'],
    [[], 'unknown-service'],
  ])('without annotations is of a service: %#', (binaryAnnotations, service) => {
    const [span] = v1({ timestamp: 1, duration: 2, binaryAnnotations });
    expect(span?.origin.resourceAttributes.get('service.name')).toBe(service);
    if (binaryAnnotations.length > 0) expect(span?.attributes.get('component')).toBe('comp');
  });

  it('has the status that its tags tell', () => {
    const binaryAnnotations = [{ key: 'http.status_code', value: '503' }];
    expect(v1({ timestamp: 1, binaryAnnotations })[0]?.statusCode).toBe(2);
  });

  it('is known by its fields on the path of v2, too', () => {
    const annotations = [at(10, 'sr', host('a')), at(30, 'ss', host('a'))];
    const { spans } = decode([{ ...ids, annotations, binaryAnnotations: [] }], 2);
    expect(spans).toMatchObject([{ kind: 2, durationNano: 20_000n }]);
  });
});
