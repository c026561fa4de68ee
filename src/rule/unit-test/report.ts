// Outcomes of unit tests as people read them, in the shape of promtool's, or as JSON.
import type { FileOutcome, TestFailure } from './outcome.ts';

export interface ReportOptions {
  /** Shows only the lines that differ. */
  readonly isDiff: boolean;
  readonly isColored: boolean;
}

export function printOutcome(
  { failures, warnings, file }: FileOutcome,
  options: ReportOptions,
): string {
  const head = [`Unit Testing:  ${file}`, ...warnings.map((warning) => `  WARNING: ${warning}`)];
  if (failures.length === 0) return `${[...head, '  SUCCESS', ''].join('\n')}\n`;
  const shown = failures.map((failure) => `${printFailure(failure, options)}\n`);
  return `${[...head, '  FAILED:', ...shown].join('\n')}\n`;
}

function printFailure(failure: TestFailure, options: ReportOptions): string {
  const { test, message, expected, got } = failure;
  const name = test === '' ? '' : `    name: ${test},\n`;
  const head = `${name}${indent(message, 4)}`;
  if (!expected || !got) return head;
  if (options.isDiff) return `${head},\n${printDiff(expected, got, options)}`;
  return `${head},\n        exp: ${printList(expected)}\n        got: ${printList(got)}`;
}

function printList(lines: readonly string[]): string {
  if (lines.length === 0) return '[]';
  return `[\n${lines.map((line, i) => `            ${i}: ${line}`).join('\n')}\n        ]`;
}

/** `-` is expected and missing, `+` is there and not expected. */
function printDiff(
  expected: readonly string[],
  got: readonly string[],
  { isColored }: ReportOptions,
): string {
  const paint = (line: string, color: number): string =>
    isColored ? `\u001b[${color}m${line}\u001b[0m` : line;
  const missing = expected.filter((line) => !got.includes(line));
  const extra = got.filter((line) => !expected.includes(line));
  return [
    ...missing.map((line) => paint(`        - ${line}`, 31)),
    ...extra.map((line) => paint(`        + ${line}`, 32)),
  ].join('\n');
}

const indent = (message: string, by: number): string =>
  message
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');

export function outcomesJson(outcomes: readonly FileOutcome[]): string {
  const failed = outcomes.filter(({ failures }) => failures.length > 0).length;
  return `${JSON.stringify({ passed: outcomes.length - failed, failed, files: outcomes }, null, 2)}\n`;
}
