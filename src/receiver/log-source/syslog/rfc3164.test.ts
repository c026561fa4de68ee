import { describe, expect, it } from 'vitest';
import { parseRfc3164 } from './rfc3164.ts';

const nowMs = Date.UTC(2026, 5, 15);
const nano = (...at: [number, number, number, number?, number?, number?]): bigint =>
  BigInt(Date.UTC(...at)) * 1_000_000n;

describe('parseRfc3164', () => {
  const ok = (text: string, expected: object, now = nowMs) =>
    it(text, () => expect(parseRfc3164(text, now)).toMatchObject(expected));

  ok("<34>Oct 11 22:14:15 web-1 su[42]: 'su root' failed", {
    ...{ facility: 4, severity: 2, hostname: 'web-1', appName: 'su', procId: '42' },
    ...{ timeNano: nano(2026, 9, 11, 22, 14, 15), text: "'su root' failed" },
  });
  ok('<13>Feb  5 17:32:18 10.0.0.99 cron: a day of one digit', {
    ...{ hostname: '10.0.0.99', appName: 'cron', procId: undefined },
    timeNano: nano(2026, 1, 5, 17, 32, 18),
  });
  ok('<13>Jun  1 00:00:00 myproc[8]: without a host', {
    ...{ hostname: undefined, appName: 'myproc', procId: '8', text: 'without a host' },
  });
  ok('<13>Jun  1 00:00:00 host no tag at all', {
    ...{ hostname: 'host', appName: undefined, text: 'no tag at all' },
  });
  ok('<13>Jun  1 00:00:00 host sshd[7] no colon', { appName: 'sshd', text: 'no colon' });
  ok('<13>2026-06-01T02:00:00.25+02:00 host app: as rsyslog has it', {
    timeNano: nano(2026, 5, 1) + 250_000_000n,
    appName: 'app',
  });
  ok('<189>Jun  1 2025 03:04:05.678: %LINK-3-UPDOWN: Interface up', {
    timeNano: nano(2025, 5, 1, 3, 4, 5) + 678_000_000n,
    ...{ hostname: undefined, appName: '%LINK-3-UPDOWN', text: 'Interface up' },
  });
  ok('no priority, no time', { facility: 1, severity: 5, text: 'no priority, no time' });
  ok('<13>Jux  1 00:00:00 h a: b', { timeNano: undefined, text: 'Jux  1 00:00:00 h a: b' });
  ok('<13>Jun 31 00:00:00 h a: b', { timeNano: undefined });
  ok('<13>Jun  1 25:00:00 h a: b', { timeNano: undefined });
  ok('<13>Jun  1 00:00:00 h a: \uFEFFmark', { text: 'mark' });
  ok('', { text: '' });

  const year = (text: string, now: number, expected: bigint) =>
    ok(`<13>${text} h a: at ${new Date(now).toISOString()}`, { timeNano: expected }, now);

  year('Dec 31 23:59:59', Date.UTC(2026, 0, 1), nano(2025, 11, 31, 23, 59, 59));
  year('Jan  1 00:00:01', Date.UTC(2025, 11, 31, 23), nano(2026, 0, 1, 0, 0, 1));
  year('Feb 29 12:00:00', Date.UTC(2025, 0, 1), nano(2024, 1, 29, 12));

  it('refuses a priority above 191', () =>
    expect(() => parseRfc3164('<500>x', nowMs)).toThrow('the priority 500 is above 191'));
});
