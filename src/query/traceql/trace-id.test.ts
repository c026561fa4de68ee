import { describe, expect, it } from 'vitest';
import { parseTraceId } from './trace-id.ts';

describe('parseTraceId', () => {
  const ids = (text: string, expected: string[], isStrict = false) =>
    it(`${text} ${isStrict ? '(strict)' : ''}`, () =>
      expect(parseTraceId(text, isStrict)).toEqual(expected));
  ids('422d605ee9fe40e1af6e3125955a488c', ['422d605ee9fe40e1af6e3125955a488c']);
  ids('422D605EE9FE40E1AF6E3125955A488C', ['422d605ee9fe40e1af6e3125955a488c'], true);
  ids('ab', ['000000000000000000000000000000ab'], true);
  ids('422d605e-e9fe-40e1-af6e-3125955a488c', ['422d605ee9fe40e1af6e3125955a488c']);
  ids('87964655711625122597312503349329414284', ['422d605ee9fe40e1af6e3125955a488c']);
  ids('10', ['00000000000000000000000000000010', '0000000000000000000000000000000a']);
  ids('10', ['00000000000000000000000000000010'], true);

  const fails = (text: string, message: string, isStrict = false) =>
    it(`refuses ${text || 'nothing'}`, () =>
      expect(() => parseTraceId(text, isStrict)).toThrow(
        expect.objectContaining({ code: 'traceql_trace_id', message }),
      ));
  const helps = (isStrict: boolean, hint: string) =>
    it(`says what helps ${isStrict ? '(strict)' : ''}`, () =>
      expect(() => parseTraceId('x', isStrict)).toThrow(expect.objectContaining({ hint })));
  helps(false, 'Write 1 to 32 hexadecimal digits, a UUID or a decimal number.');
  helps(true, 'Write 1 to 32 hexadecimal digits.');
  fails('', 'trace IDs can only contain hex characters');
  fails('xyz', "trace IDs can only contain hex characters: invalid character 'x' at position 1");
  fails(`${'1'.repeat(33)}a`, "trace IDs can't be larger than 128 bits");
  fails('9'.repeat(39), "trace IDs can't be larger than 128 bits");
  fails('1'.repeat(33), "trace IDs can't be larger than 128 bits", true);
});
