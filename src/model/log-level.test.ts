import { describe, expect, it } from 'vitest';
import { levelOfLine, levelOfSeverity, toLevel } from './log-level.ts';

describe('levelOfLine', () => {
  const is = (level: string, line: string) => it(line, () => expect(levelOfLine(line)).toBe(level));
  is('warn', '{"level":"WARNING","msg":"an error"}');
  is('error', 'ts=1 level=err msg=info');
  is('debug', 'lvl=dbg x');
  is('fatal', '{"severity_text": "Fatal"}');
  is('error', 'panic: runtime error');
  is('warn', 'a warning sign');
  is('info', 'level=notice info');
  is('unknown', 'errors=0 informed');
  is('unknown', 'level=30');
  is('unknown', '{"level":30,"msg":"x"}');
  is('error', '{"msg":"x","level": 50}');
  is('info', '{"level":30,"time":1700000000000,"msg":"no error"}');
  is('fatal', '{"level":60,"time":1700000000000,"msg":"x"}');
  is('unknown', '');
});

describe('levels of OpenTelemetry', () => {
  it('by number', () => {
    const numbers = [1, 5, 12, 16, 17, 24, 25];
    const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'];
    expect(numbers.map(levelOfSeverity)).toEqual(levels);
  });
  it('by text; an unknown one stays', () => {
    const levels = ['INFO', 'Wrn', 'FATAL4', '30', '50', '70'].map(toLevel);
    expect(levels).toEqual(['info', 'warn', 'FATAL4', 'info', 'error', '70']);
  });
});
