import { describe, expect, it } from 'vitest';
import { levelOfLine } from './log-level.ts';
import { levelOfBytes, lineLevels } from './log-level-bytes.ts';

const encoder = new TextEncoder();
const levelOf = (line: string): string | undefined => {
  const bytes = encoder.encode(`xx${line}yy`);
  return lineLevels[levelOfBytes(bytes, 2, bytes.length - 2)];
};

describe('levelOfBytes', () => {
  const is = (level: string, line: string) =>
    it(line, () => expect([levelOf(line), levelOfLine(line)]).toEqual([level, level]));
  is('error', '{"level":50,"msg":"x"}');
  is('warn', '{"level": 40 }');
  is('unknown', '{"level":55}');
  is('unknown', '{"level":50');
  is('error', '{"level":30,"msg":"an error"}');
  is('unknown', '{"level":30,"msg":"x"}');
  is('fatal', '{"level":30,"level":60}');
  is('info', '{"@l":"x","LogLevel":"Information"}');
  is('unknown', 'lvl=');
  is('error', 'errors of an_error, (ERROR)');

  it('says what the patterns say, for any line', () => {
    const pieces = [
      '{"level":30,"time":',
      '{"level":50,"time":',
      ...['level', 'LVL', 'severity', 'log.level', 'SeverityText', 'severity_text', 'loglevel'],
      ...[
        '"',
        '"',
        '=',
        ':',
        ' ',
        '\t',
        '{',
        ',',
        '}',
        '\n',
        '_',
        '.',
        'é',
        '30',
        '50',
        '60,',
        '1',
      ],
      ...['info', 'Warn', 'warning', 'ERR', 'eror', 'critical', 'trc', 'notice', 's', 'l', 'x'],
    ];
    let state = 12345;
    const next = (bound: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % bound;
    };
    for (let i = 0; i < 50_000; i++) {
      const line = Array.from({ length: next(14) }, () => pieces[next(pieces.length)]).join('');
      expect([line, levelOf(line)]).toEqual([line, levelOfLine(line)]);
    }
  });
});
