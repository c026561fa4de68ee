import { describe, expect, it } from 'vitest';
import { StreamTail } from './stream-tail.ts';

const tag = 'abcdefghijklmnop';
const message =
  'Code: 395. DB::Exception: Value passed to throwIf. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)';
const trailer = `\r\n__exception__\r\n${tag}\r\n${message}\n${message.length + 1} ${tag}\r\n__exception__\r\n`;

const exceptionOf = (pieces: readonly string[], withTag: string | undefined = tag) => {
  const tail = new StreamTail(withTag);
  for (const piece of pieces) tail.push(Buffer.from(piece));
  return tail.exception();
};

describe('StreamTail', () => {
  it('finds the exception at the end', () => {
    expect(exceptionOf(['rows', `rows${trailer}`])).toMatchObject({
      code: '395',
      message: 'Value passed to throwIf. ',
    });
  });
  it('finds it however it is cut', () => {
    expect(exceptionOf([...`rows${trailer}`])).toMatchObject({ code: '395' });
    expect(exceptionOf(['x'.repeat(100_000), trailer])).toMatchObject({ code: '395' });
  });
  it('finds one that was cut short', () => {
    expect(exceptionOf([trailer.slice(0, -30)])).toMatchObject({ code: '395' });
  });
  it('is not misled by rows that look like one', () => {
    expect(exceptionOf([trailer.replaceAll(tag, 'another-tag-here')])).toBeUndefined();
    expect(exceptionOf([trailer], '')).toBeUndefined();
    expect(new StreamTail(undefined).exception()).toBeUndefined();
    expect(exceptionOf(['rows'])).toBeUndefined();
  });
});
