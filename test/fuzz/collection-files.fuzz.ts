// Properties of the readers of Promtail's and Alloy's files: no text makes them fail in another way than by
// saying what is wrong, with a place in the file; and what is not wrong is a graph.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAlloyConfig } from '#alloy-config/load.ts';
import type { Problem } from '#prometheus-config/place.ts';
import { parsePromtailConfig } from '#promtail-config/load.ts';

const alloyPieces = [
  'loki.source.file "a" {',
  'loki.process "p" {',
  'loki.write "w" {',
  'discovery.relabel "r" {',
  'declare "d" {',
  'd "x" {',
  'foreach "f" {',
  'template {',
  'argument "b" {',
  'export "c" {',
  'stage.json {',
  'stage.match {',
  'stage.metrics {',
  'metric.counter {',
  'rule {',
  'endpoint {',
  '}',
  '}',
  '}',
  '\n',
  '\n',
  'targets = ',
  'forward_to = ',
  'collection = ',
  'values = ',
  'var = ',
  'value = ',
  'selector = ',
  '[',
  ']',
  '{',
  '(',
  ')',
  ',',
  '=',
  '.',
  '"a"',
  '`b`',
  '5',
  '-1.5e3',
  'null',
  'true',
  'b',
  'argument.b.value',
  'loki.write.w.receiver',
  'loki.process.p.receiver',
  'discovery.relabel.r.output',
  'd.x.c',
  'array.concat(',
  'encoding.from_json(',
  'string.format(',
  ' + ',
  ' == ',
  '// c\n',
  '/* c */',
  '"',
  'ä',
];

const promtailPieces = [
  'clients:\n',
  'scrape_configs:\n',
  '  - job_name: a\n',
  '    pipeline_stages:\n',
  '    static_configs:\n',
  '    relabel_configs:\n',
  '    syslog:\n',
  '    journal: {}\n',
  '      - json: {expressions: {a: }}\n',
  '      - match: {selector: x, stages: []}\n',
  '      - metrics: {a: {type: counter, config: {action: inc}}}\n',
  '      - labels:\n',
  '      - targets: [a]\n',
  '        labels: {__path__: x}\n',
  '      - &x {url: a}\n',
  '  - *x\n',
  'limits_config: {max_line_size: 1KB}\n',
  'positions: ',
  '${A:-b}',
  '${A}',
  '[]',
  '{}',
  ': ',
  '- ',
  '5',
  '\n',
  '  ',
  'null',
  '"',
  '|',
];

const textOf = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''));

function expectAnswer(
  text: string,
  { config, problems }: { config: unknown; problems: readonly Problem[] },
): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  expect(errors.length === 0).toBe(config !== undefined);
  const lines = text.split('\n').length;
  for (const { place, message } of problems) {
    expect(message).not.toBe('');
    expect(place.line).toBeGreaterThanOrEqual(1);
    expect(place.line).toBeLessThanOrEqual(lines);
    expect(place.column).toBeGreaterThanOrEqual(1);
  }
}

describe('any text', () => {
  it.each([
    ['in pieces', textOf(alloyPieces)],
    ['at all', fc.string({ unit: 'binary' })],
  ])('is an Alloy file or has mistakes: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expectAnswer(text, parseAlloyConfig([{ file: 'a.alloy', text }], { env: {} }));
      }),
    );
  });

  it.each([
    ['in pieces', textOf(promtailPieces)],
    ['at all', fc.string({ unit: 'binary' })],
  ])('is a Promtail file or has mistakes: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expectAnswer(text, parsePromtailConfig(text, { file: 'promtail.yaml', env: {} }));
      }),
    );
  });
});
