// Properties of the readers of syslog: what is written by the rules is read back; no bytes make them fail in
// another way than by saying what is wrong; and messages do not depend on how their bytes are cut.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { SyslogFraming, trimmed } from '#receiver/log-source/syslog/framing.ts';
import type { SyslogMessage } from '#receiver/log-source/syslog/message.ts';
import { parseRfc3164 } from '#receiver/log-source/syslog/rfc3164.ts';
import { parseRfc5424 } from '#receiver/log-source/syslog/rfc5424.ts';

const word = (lengthMax: number): fc.Arbitrary<string | undefined> =>
  fc.option(
    fc
      .string({
        unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
        minLength: 1,
        maxLength: lengthMax,
      })
      .filter((text) => text !== '-'),
    { nil: undefined },
  );
const name = fc.stringMatching(/^[a-zA-Z0-9@.-]{1,16}$/);
const value = fc.string({ unit: 'binary', maxLength: 30 });
const messages = fc.record({
  facility: fc.nat(23),
  severity: fc.nat(7),
  hostname: word(255),
  appName: word(48),
  procId: word(128),
  msgId: word(32),
  structuredData: fc.array(fc.record({ id: name, params: fc.array(fc.tuple(name, value)) }), {
    maxLength: 3,
  }),
  text: fc.string({ unit: 'binary' }).filter((text) => text[0] !== '\uFEFF'),
});

type Written = Omit<SyslogMessage, 'timeNano'>;

function write({ facility = 0, severity = 0, structuredData, text, ...header }: Written): string {
  const { hostname = '-', appName = '-', procId = '-', msgId = '-' } = header;
  const data = structuredData.map(({ id, params }) => {
    const pairs = params.map(([key, one]) => ` ${key}="${one.replace(/["\\\]]/g, '\\$&')}"`);
    return `[${id}${pairs.join('')}]`;
  });
  const fields = ['-', hostname, appName, procId, msgId, data.join('') || '-'];
  return `<${facility * 8 + severity}>1 ${fields.join(' ')}${text === '' ? '' : ` ${text}`}`;
}

it('RFC 5424 is read as it is written', () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(parseRfc5424(write(message))).toEqual({ ...message, timeNano: undefined });
    }),
  );
});

const pieces = [
  ...['<14>', '<192>', '1 ', '- ', '-', '[a', ']', ' k="v"', ' k="', '\\', '"', '=', ' ', ': '],
  ...['2026-02-03T04:05:06.7Z ', 'Jun  1 00:00:00 ', 'Feb 30 00:00:00 ', 'su[7]: ', '\uFEFF', 'ü'],
];
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })))
    .map((all) => all.join('')),
);

it('any text is read or refused', () => {
  const outcome = (parse: () => SyslogMessage): boolean => {
    try {
      return typeof parse().text === 'string';
    } catch (error) {
      return error instanceof InputError && error.code === 'syslog_malformed';
    }
  };
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 4e12 }), (text, nowMs) => {
      expect(outcome(() => parseRfc5424(text))).toBe(true);
      expect(outcome(() => parseRfc3164(text, nowMs))).toBe(true);
    }),
  );
});

const bytesMax = 50;
const framed = (bytes: Buffer, cuts: readonly number[]) => {
  let tooLong = 0;
  const framing = new SyslogFraming({ bytesMax, isRaw: false, onTooLong: () => void tooLong++ });
  const frames: string[] = [];
  let from = 0;
  for (const cut of [
    ...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]) {
    frames.push(...framing.push(bytes.subarray(from, cut)).map((one) => one.toString('hex')));
    from = cut;
  }
  return { frames: [...frames, ...framing.end().map((one) => one.toString('hex'))], tooLong };
};

it('messages of any bytes do not depend on how they are cut', () => {
  const bytes = fc
    .array(fc.oneof(texts, fc.constantFrom('\n', '12 <', '60 <', '999999999 <', '\0', '<1>')))
    .map((all) => Buffer.from(all.join('')));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(500)), (all, cuts) => {
      expect(framed(all, cuts)).toEqual(framed(all, []));
    }),
  );
});

it('counted messages come out as they went in', () => {
  const bodies = fc.array(fc.string({ unit: 'binary', maxLength: 12 }));
  fc.assert(
    fc.property(bodies, (all) => {
      const sent = all.map((text) => Buffer.from(`<1>${text}`));
      const bytes = Buffer.concat(sent.flatMap((one) => [Buffer.from(`${one.length} `), one]));
      expect(framed(bytes, []).frames).toEqual(sent.map((one) => trimmed(one).toString('hex')));
    }),
  );
});
