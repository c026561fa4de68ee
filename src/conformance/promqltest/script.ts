// Test scripts of PromQL: lines in, commands out. The language is Prometheus's promqltest:
// https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md
import { parseDurationMs } from '#query/promql/syntax/number.ts';

export type Command = { readonly kind: 'clear' } | Load | Eval;

export interface Load {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are loaded as native ones with custom buckets too. */
  readonly withNative: boolean;
  readonly lines: readonly string[];
}

export interface Expectation {
  readonly kind: 'fail' | 'warn' | 'info' | 'no_warn' | 'no_info';
  readonly message?: string;
  readonly regex?: string;
}

export interface Eval {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  /** An instant has start = end. */
  readonly isInstant: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly expectations: readonly Expectation[];
  readonly isOrdered: boolean;
  readonly text?: string;
  readonly matrix?: { readonly startMs: number; readonly endMs: number; readonly stepMs: number };
  readonly results: readonly string[];
}

export function parseScript(text: string): Command[] {
  const lines = text.split('\n').map((line) => (/^\s*#/.test(line) ? '' : line.trim()));
  const commands: Command[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line === '') continue;
    const start = at;
    if (/^clear$/i.test(line)) {
      commands.push({ kind: 'clear' });
      continue;
    }
    while (lines[at + 1]) at++;
    const block = lines.slice(start + 1, at + 1);
    commands.push(parseBlock(line, start + 1, block));
  }
  return commands;
}

function parseBlock(line: string, lineNumber: number, block: readonly string[]): Command {
  const load = /^load(_with_nhcb)?\s+(\S+)$/i.exec(line);
  if (load) {
    const stepMs = timeMs(load[2] as string);
    return { kind: 'load', line: lineNumber, stepMs, withNative: Boolean(load[1]), lines: block };
  }
  const instant = /^(eval\S*)\s+instant\s+at\s+(\S+)\s+(.+)$/i.exec(line);
  const range = /^(eval\S*)\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/i.exec(line);
  const head = instant ?? range;
  if (!head) throw new Error(`line ${lineNumber}: no command: ${line}`);
  const startMs = timeMs(head[2] as string);
  return {
    kind: 'eval',
    line: lineNumber,
    isInstant: Boolean(instant),
    query: head.at(-1) as string,
    startMs,
    endMs: range ? timeMs(range[3] as string) : startMs,
    stepMs: range ? timeMs(range[4] as string) : 1,
    ...parseExpectations(head[1] as string, block),
  };
}

function parseExpectations(command: string, block: readonly string[]) {
  const expectations: Expectation[] = [];
  const old = /^eval_(fail|warn|info)$/i.exec(command);
  if (old) expectations.push({ kind: old[1] as 'fail' });
  let isOrdered = /^eval_ordered$/i.test(command);
  let text: string | undefined;
  let matrix: Eval['matrix'];
  const results: string[] = [];
  for (const line of block) {
    const words = /^expect\s+(fail|warn|info|no_warn|no_info)(?:\s+(msg|regex):\s*(.*))?$/.exec(
      line,
    );
    const string = /^expect\s+string\s+(.+)$/.exec(line);
    const vector = /^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(
      line,
    );
    const failure = /^expected_fail_(?:message|regexp)\s/.test(line);
    if (!words && /^expect\b/.test(line) && !/^expect\s+(ordered|string|range)/.test(line)) {
      throw new Error(`no expectation: ${line}`);
    }
    if (words) {
      expectations.push({
        kind: words[1] as Expectation['kind'],
        ...(words[2] === 'msg' ? { message: words[3] as string } : {}),
        ...(words[2] === 'regex' ? { regex: words[3] as string } : {}),
      });
    } else if (/^expect\s+ordered$/.test(line)) isOrdered = true;
    else if (string) text = string[1] as string;
    else if (vector) {
      const [startMs, endMs, stepMs] = vector.slice(1).map(timeMs) as [number, number, number];
      matrix = { startMs, endMs, stepMs };
    } else if (!failure) results.push(line);
  }
  return {
    expectations,
    isOrdered,
    results,
    ...(text === undefined ? {} : { text }),
    ...(matrix ? { matrix } : {}),
  };
}

/** A duration, with a sign, or a number of seconds. */
function timeMs(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]/, '');
  return sign * (parseDurationMs(digits) ?? Number(digits) * 1000);
}
