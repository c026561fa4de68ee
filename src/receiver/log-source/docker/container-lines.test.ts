import { describe, expect, it } from 'vitest';
import { ContainerLines } from './container-lines.ts';
import { Demultiplexer } from './multiplexed.ts';

const at = (second: number): string => `1970-01-01T00:00:0${second}.000000000Z`;

function frame(kind: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.from([kind, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function linesOf(bytes: Buffer, lineBytesMax = 100) {
  const demultiplexer = new Demultiplexer();
  const lines = new ContainerLines(lineBytesMax, () => 7n);
  // Byte by byte: however it is cut on its way, it says the same.
  const found = [...bytes].flatMap((byte) => demultiplexer.push(Buffer.from([byte])));
  const all = [...found.flatMap((one) => lines.push(one)), ...lines.end()];
  return all.map(({ stream, timeNano, line }) => [stream, Number(timeNano / 1_000_000_000n), line]);
}

describe('lines of a container', () => {
  it('come from two streams', () => {
    const bytes = Buffer.concat([
      frame(1, `${at(1)} one\n`),
      frame(2, `${at(2)} two\r\n`),
      frame(1, `${at(3)} \n`),
    ]);
    expect(linesOf(bytes)).toEqual([
      ['stdout', 1, 'one'],
      ['stderr', 2, 'two'],
      ['stdout', 3, ''],
    ]);
  });

  it('are put together under the time of their first part, within characters, too', () => {
    const character = Buffer.from('ü');
    const half = frame(1, `${at(1)} a-`);
    const first = Buffer.concat([Buffer.from(`${at(2)} `), character.subarray(0, 1)]);
    const header = half.subarray(0, 8);
    header.writeUInt32BE(`${at(1)} a-`.length, 4);
    const second = frame(1, 'x'.repeat(first.length));
    first.copy(second, 8);
    const third = frame(1, `${at(3)} ?-c\n`);
    third[8 + at(3).length + 1] = character[1] as number;
    const bytes = Buffer.concat([half, frame(2, `${at(2)} between\n`), second, third]);
    expect(linesOf(bytes)).toEqual([
      ['stderr', 2, 'between'],
      ['stdout', 1, 'a-ü-c'],
    ]);
  });

  it('are cut where they are too long, and end with the stream', () => {
    expect(linesOf(frame(1, `${at(1)} abcdefgh`), 3)).toEqual([
      ['stdout', 1, 'abc'],
      ['stdout', 1, 'def'],
      ['stdout', 1, 'gh'],
    ]);
  });

  it('without a time get one', () => {
    const lines = new ContainerLines(10, () => 7n);
    const bytes = Buffer.from('plain\n');
    expect(lines.push({ stream: 'stdout', bytes })).toMatchObject([
      { timeNano: 7n, line: 'plain' },
    ]);
  });
});

it('refuses what is no multiplexed stream', () => {
  const push = () => new Demultiplexer().push(Buffer.from('2026-01-01T00:00:00Z a\n'));
  expect(push).toThrow('323032362d30312d is no header of a frame');
});
