// `sightline rules backtest`: asks a running Sightline when alerts would have fired.
import { readFile } from 'node:fs/promises';
import { systemClock } from '#lib/clock.ts';
import { parseDurationMs } from '#lib/duration.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { Command } from './command.ts';

const usage = `usage: sightline rules backtest --from TIME [--to TIME] (--rules FILE | --rule NAME)
                                [--interval 1m] [--url http://127.0.0.1:3000] [--json]
TIME is RFC 3339, seconds since 1970, or how long ago: 7d. Without --to until now. NAME is a loaded alert, a group, or group/alert.
SIGHTLINE_TOKEN, when it is set, is sent as bearer token.`;

const valueFlags = ['--from', '--to', '--rules', '--rule', '--interval', '--url'];
const defaultUrl = 'http://127.0.0.1:3000';

interface Flags {
  readonly values: ReadonlyMap<string, string>;
  readonly isJson: boolean;
}

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'Ask when alerts would have fired over stored data (`rules backtest`).',
  async run({ args, env, stdout, signal }) {
    const [action, ...rest] = args;
    if (action !== 'backtest') {
      throw new InputError('usage', `there is no 'rules ${action ?? ''}'`, { hint: usage });
    }
    const { values, isJson } = readFlags(rest);
    const answer = await ask(values, env.SIGHTLINE_TOKEN, signal);
    stdout.write(isJson ? `${JSON.stringify(answer, null, 2)}\n` : print(answer));
    return answer.rules.some(({ error }) => error !== undefined) ? 1 : 0;
  },
};

function readFlags(args: readonly string[]): Flags {
  const values = new Map<string, string>();
  let isJson = false;
  for (let i = 0; i < args.length; i++) {
    const [flag = '', inline] = (args[i] as string).split(/=(.*)/s, 2);
    if (flag === '--json') {
      isJson = true;
      continue;
    }
    if (!valueFlags.includes(flag)) {
      throw new InputError('usage', `there is no flag ${flag}`, { hint: usage });
    }
    const value = inline ?? args[++i];
    if (value === undefined) {
      throw new InputError('usage', `${flag} needs a value`, { hint: usage });
    }
    values.set(flag, value);
  }
  if (values.has('--rules') === values.has('--rule')) {
    throw new InputError('usage', 'give either --rules FILE or --rule NAME', { hint: usage });
  }
  return { values, isJson };
}

interface Answer {
  readonly from: string;
  readonly to: string;
  readonly rules: readonly {
    readonly group: string;
    readonly name: string;
    readonly intervalSeconds: number;
    readonly firings: number;
    readonly error?: string;
    readonly alerts: readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly spans: readonly {
        readonly state: string;
        readonly from: string;
        readonly to?: string;
      }[];
    }[];
  }[];
}

async function ask(
  values: ReadonlyMap<string, string>,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const base = (values.get('--url') ?? defaultUrl).replace(/\/+$/, '');
  const url = `${base}/api/rules/backtest`;
  const file = values.get('--rules');
  const interval = values.get('--interval');
  const nowMs = systemClock.nowMs();
  const body = JSON.stringify({
    rules: file === undefined ? values.get('--rule') : await readRules(file),
    from: timeOf(values.get('--from'), nowMs),
    to: timeOf(values.get('--to') ?? '0s', nowMs),
    ...(interval === undefined ? {} : { interval }),
  });
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { method: 'POST', headers, body, signal }).catch((cause) => {
    const why = messageOf(cause.cause ?? cause);
    throw new OperationError('backtest_unreachable', `cannot ask ${url}: ${why}; is it running?`, {
      retryable: true,
      cause,
    });
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Answer;
  throw new InputError('backtest_request', `${url} answered ${response.status}: ${text}`);
}

/** `7d` is that long before now; everything else is for the server to read. */
function timeOf(text: string | undefined, nowMs: number): string | undefined {
  if (text === undefined || !/^(?:\d+[a-z]+)+$/.test(text)) return text;
  return new Date(nowMs - parseDurationMs(text)).toISOString();
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = `cannot read ${file}: ${messageOf(cause)}`;
    throw new InputError('backtest_request', why, { cause });
  }
}

function print({ from, to, rules }: Answer): string {
  const lines = [`From ${from} to ${to}`];
  for (const { group, name, intervalSeconds, firings, error, alerts } of rules) {
    const times = firings === 1 ? 'once' : `${firings} times`;
    const what = firings === 0 ? 'never fires' : `fires ${times}`;
    lines.push('', `${group} / ${name} (every ${intervalSeconds}s) ${what}`);
    if (error !== undefined) lines.push(`  error: ${error}`);
    for (const { labels, spans } of alerts) {
      const shown = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      lines.push(`  {${shown.join(', ')}}`);
      for (const span of spans) {
        lines.push(`    ${span.from} … ${span.to ?? 'still'}  ${span.state}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
