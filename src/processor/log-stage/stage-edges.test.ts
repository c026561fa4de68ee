// What Promtail and Alloy do where values are missing, empty, or of an odd kind.
import { describe, expect, it } from 'vitest';
import type { DropStage, MultilineStage, StageConfig } from '#pipeline/log/stage-config.ts';
import { place, runLine, startStages } from '../../../test/lib/stages.ts';

const json = (...names: string[]): StageConfig => ({
  kind: 'json',
  place,
  expressions: names.map((name): [string, string] => [name, '']),
  source: undefined,
  dropsMalformed: false,
});
const drop = (given: Partial<DropStage>): StageConfig => ({
  kind: 'drop',
  place,
  sources: [],
  separator: ';',
  expression: undefined,
  value: undefined,
  olderThanMs: undefined,
  longerThanBytes: undefined,
  dropReason: '',
  ...given,
});

describe('json', () => {
  it('writes objects as Go does', async () => {
    const stages: StageConfig[] = [json('of'), { kind: 'output', place, source: 'of' }];
    const entry = await runLine(stages, '{"of":{"html":"<a&b>"}}');
    expect(entry?.line).toBe('{"html":"\\u003ca\\u0026b\\u003e"}');
  });
});

describe('decolorize', () => {
  it('removes sequences of any length, and nothing else', async () => {
    const line =
      '\u001b[1;31mred\u001b[0m [x] \u009b32mgreen\u001b[K \u001b(B\u001b[38;5;12mblue\u001b[m';
    const entry = await runLine([{ kind: 'decolorize', place }], line);
    expect(entry?.line).toBe('red [x] green blue');
  });
});

describe('drop', () => {
  const line = '{"level":"debug","none":null}';
  const lines = async (given: Partial<DropStage>): Promise<string[]> => {
    const running = startStages([json('level', 'none'), drop(given)]);
    await running.write([line]);
    return running.lines();
  };

  it('joins those of its sources that are there', async () => {
    expect(await lines({ sources: ['level', 'absent'], expression: '^debug$' })).toEqual([]);
    expect(await lines({ sources: ['absent'], expression: '.*' })).toEqual([]);
    expect(await lines({ sources: ['absent'], expression: '.+' })).toEqual([line]);
  });

  it('compares nothing with what is null', async () => {
    expect(await lines({ sources: ['level', 'none'], expression: '.*' })).toEqual([line]);
    expect(await lines({ sources: ['level', 'none'] })).toEqual([]);
    expect(await lines({ sources: ['level', 'absent'] })).toEqual([line]);
  });
});

describe('multiline', () => {
  const multiline = (given: Partial<MultilineStage>): StageConfig => ({
    kind: 'multiline',
    place,
    firstLine: '^>',
    linesMax: 128,
    waitMsMax: 3000,
    trimsNewlines: true,
    ...given,
  });
  const blocks = async (stage: StageConfig, lines: string[]): Promise<string[]> => {
    const running = startStages([stage]);
    await running.write(lines);
    await running.stop();
    return running.lines();
  };

  it('has no limit of lines when that is 0', async () => {
    const lines = ['> a', ...Array.from({ length: 200 }, (_, i) => `${i}`)];
    expect(await blocks(multiline({ linesMax: 0 }), lines)).toEqual([lines.join('\n')]);
  });

  it('begins no block with an empty line, and ends it with one', async () => {
    const lines = ['> a', 'b', '', 'c', '', '', '> d'];
    expect(await blocks(multiline({ linesMax: 2 }), lines)).toEqual(['> a\nb', 'c', '', '> d']);
    expect(await blocks(multiline({}), ['> a', '', 'b', ''])).toEqual(['> a\n\nb\n']);
  });

  it('hands on what never has a first line as it is', async () => {
    expect(await blocks(multiline({}), ['a', '', 'b'])).toEqual(['a', '', 'b']);
  });
});
