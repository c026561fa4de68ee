import { describe, expect, it } from 'vitest';
import { lineHasAddress, parseIpPattern } from './ip.ts';

const span = { from: 0, to: 1 };

describe('ip', () => {
  const has = (line: string, pattern: string, expected = true) =>
    it(`${line} ${expected ? 'has' : 'has not'} ${pattern}`, () => {
      expect(lineHasAddress(line, parseIpPattern(pattern, span, ''))).toBe(expected);
    });
  has('from 10.0.0.1:80', '10.0.0.1');
  has('from 10.0.0.11', '10.0.0.1', false);
  has('a 192.168.4.5 b', '192.168.0.0/16');
  has('a 192.169.4.5 b', '192.168.0.0/16', false);
  has('x=10.0.0.5', '10.0.0.1-10.0.0.9');
  has('x=10.0.0.10', '10.0.0.1-10.0.0.9', false);
  has('v 300.1.1.1', '0.0.0.0/0', false);
  has('peer 2001:db8::1, up', '2001:db8::/32');
  has('peer 2001:db8::1.', '2001:db8::/32', false);
  has('see 1.2.3.4.', '1.2.3.4', false);
  has('v1.10.0.0.1', '10.0.0.1', false);
  has('at 1.2 and 10.0.0.1:80', '10.0.0.1');
  has('peer ::ffff:1.2.3.4', '::ffff:1.2.3.4');
  has('peer ::1', '10.0.0.0/8', false);
  for (const bad of ['nope', '1.2.3', '1.2.3.4/33', '9.9.9.9-1.1.1.1', '1.2.3.4-::1', '']) {
    it(`refuses ${bad}`, () => {
      expect(() => parseIpPattern(bad, span, 'x')).toThrow('ip: invalid pattern');
    });
  }
});
