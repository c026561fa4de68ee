import { expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { createPeerNames } from './peer-names.ts';

const asking = [{ action: 'replace', sourceLabels: ['__syslog_connection_hostname'] }] as const;

it('looks addresses up once, where a rule asks, and again after ten minutes', async () => {
  const clock = createManualClock(0);
  const asked: string[] = [];
  const find = createPeerNames(asking, clock, async (address) => {
    asked.push(address);
    if (address === '10.0.0.2') throw new Error('ENOTFOUND');
    return ['a.test', 'b.test'];
  });
  const known = { address: '10.0.0.1', hostname: 'a.test,b.test' };
  expect(await find('::ffff:10.0.0.1')).toEqual(known);
  expect(await find('10.0.0.1')).toEqual(known);
  expect(await find('10.0.0.2')).toEqual({ address: '10.0.0.2', hostname: '' });
  expect(await find(undefined)).toEqual({ address: '', hostname: '' });
  clock.advance(600_000);
  await find('10.0.0.1');
  expect(asked).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1']);
});

it('looks nothing up where no rule asks', async () => {
  const find = createPeerNames([], createManualClock(0), () => Promise.reject(new Error('asked')));
  expect(await find('10.0.0.1')).toEqual({ address: '10.0.0.1', hostname: '' });
});
