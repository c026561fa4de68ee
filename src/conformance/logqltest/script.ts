// Test scripts of LogQL: lines in, commands out. The language is Loki's logqltest: `load` of log
// lines, `eval` of metric queries; blocks are indented; `#` begins a comment outside of quotes.
// https://github.com/grafana/loki/tree/main/pkg/logql/internal/logqltest
import { parseDurationNano } from '#query/logql/syntax/literal.ts';

export interface LoadedEntry {
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly line: string;
  readonly timeNano: bigint;
}

export interface LogEval {
  readonly kind: 'eval';
  readonly line: number;
  readonly isInstant: boolean;
  readonly query: string;
  readonly startNano: bigint;
  readonly endNano: bigint;
  readonly stepNano: bigint;
  readonly expected: readonly string[];
}

export type LogCommand =
  | { readonly kind: 'clear' }
  | { readonly kind: 'load'; readonly entries: readonly LoadedEntry[] }
  | LogEval;

export function parseLogScript(text: string): LogCommand[] {
  const lines = text.split('\n').map(withoutComment);
  const commands: LogCommand[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line === '' || line === onlyComment) continue;
    const start = at;
    const block: string[] = [];
    while (isInBlock(lines[at + 1])) {
      const inner = lines[++at] as string;
      if (inner !== onlyComment) block.push(inner.trim());
    }
    commands.push(parseCommand(line.trim(), start + 1, block));
  }
  return commands;
}

/** Stands for a line that is only a comment, which does not end a block. */
const onlyComment = '#';
const isInBlock = (line: string | undefined): boolean =>
  line !== undefined && (line === onlyComment || /^\s/.test(line));

function withoutComment(line: string): string {
  if (/^\s*#/.test(line)) return onlyComment;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === '`') quote = character;
    else if (character === '#') return line.slice(0, i).trimEnd();
  }
  return line.trimEnd();
}

function parseCommand(line: string, number: number, block: readonly string[]): LogCommand {
  if (line === 'clear') return { kind: 'clear' };
  if (line === 'load') return { kind: 'load', entries: block.flatMap(parseEntries) };
  const instant = /^eval\s+instant\s+at\s+(\S+)\s+(.+)$/.exec(line);
  const range = /^eval\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/.exec(line);
  const head = instant ?? range;
  if (!head) throw new Error(`line ${number}: no command: ${line}`);
  const startNano = nano(head[1] as string);
  return {
    kind: 'eval',
    line: number,
    isInstant: instant !== null,
    query: head.at(-1) as string,
    startNano,
    endNano: range ? nano(range[2] as string) : startNano,
    stepNano: range ? nano(range[3] as string) : 1n,
    expected: block.filter((one) => !one.startsWith('skip values-comparison')),
  };
}

const bracket = String.raw`(?:\s+\[([^\]]*)\])?`;
const entry = new RegExp(
  `^(\\{[^}]*\\})\\s+(?:"([^"]*)"|\`([^\`]*)\`)\\s+@\\s+(\\S+)${bracket}${bracket}$`,
);
const repeat = /^repeat\s+every\s+(\S+)\s+for\s+(\d+)$/;

function parseEntries(text: string): LoadedEntry[] {
  const parts = entry.exec(text);
  if (!parts) throw new Error(`no log line: ${text}`);
  const [, selector = '', quoted, raw = '', time = '', ...brackets] = parts;
  const line = quoted ?? raw;
  const startNano = nano(time);
  let stepNano = 0n;
  let count = 1;
  let metadata: Readonly<Record<string, string>> = {};
  for (const one of brackets) {
    if (one === undefined) continue;
    const found = repeat.exec(one.trim());
    if (found) [stepNano, count] = [nano(found[1] as string), Number(found[2])];
    else if (one.startsWith('metadata')) metadata = parsePairs(one.slice('metadata'.length));
    else throw new Error(`neither repeat nor metadata: ${one}`);
  }
  const labels = parsePairs(selector.slice(1, -1));
  return Array.from({ length: count }, (_, i) => ({
    labels,
    metadata,
    line: line.replaceAll('{{.i}}', String(i)),
    timeNano: startNano + BigInt(i) * stepNano,
  }));
}

/** `a="b", "c.d"="e"`: with commas or blanks between. */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const [, quoted, bare, value] of text.matchAll(
    /(?:"((?:[^"\\]|\\.)*)"|([^\s,="]+))\s*=\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/g,
  )) {
    const name = quoted ?? bare ?? '';
    pairs[name] = value?.startsWith('`') ? value.slice(1, -1) : unquote(value ?? '""');
  }
  return pairs;
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

/** A Go duration with an optional sign; 0 needs no unit. */
function nano(text: string): bigint {
  const digits = text.replace(/^[+-]/, '');
  const value = digits === '0' ? 0n : parseDurationNano(digits);
  if (value === undefined) throw new Error(`no duration: ${text}`);
  return text.startsWith('-') ? -BigInt(value) : BigInt(value);
}
