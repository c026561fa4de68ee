// `sightline conformance`: asks the questions of test suites and compares the answers. Without
// --target it starts instances of this program, which it stops again.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discover } from '#conformance/discover.ts';
import { printReport, reportJson } from '#conformance/report.ts';
import { runSuites } from '#conformance/run.ts';
import { scrapeConfig, startScraped } from '#conformance/scraped.ts';
import { type Mode, modes } from '#conformance/suite.ts';
import { type RunningTarget, targetOfPorts, targetOfUrl } from '#conformance/target.ts';
import { InputError, OperationError } from '#lib/errors.ts';
import type { Command } from './command.ts';

const usage =
  'usage: sightline conformance [--cases DIR] [--target URL] [--mode all|default|pushed|local] [--json FILE]';

interface Flags {
  readonly cases: readonly string[];
  readonly target: string | undefined;
  readonly modes: readonly Mode[];
  readonly json: string | undefined;
}

export const conformanceCommand: Command = {
  name: 'conformance',
  summary: 'Run suites of test cases against this program, or another one (--target URL).',
  async run({ args, stdout, stderr, signal }) {
    const flags = readFlags(args);
    const progress = (text: string): void => {
      // Thrown through the suites, so that what was started is stopped.
      if (signal.aborted) throw stopped();
      stderr.write(`${text}\n`);
    };
    const found = flags.cases.map(discover);
    for (const { name, why } of found.flatMap(({ others }) => others)) {
      stdout.write(`${name} is no suite: ${why}\n`);
    }
    const report = await runSuites({
      suites: found.flatMap(({ suites }) => suites),
      modes: flags.target === undefined ? flags.modes : ['default'],
      ...startsOf(flags.target),
      progress,
    });
    stdout.write(printReport(report));
    if (flags.json !== undefined) await writeFile(flags.json, reportJson(report));
    return report.unexpected.length > 0 ? 1 : 0;
  },
};

const stopped = (): OperationError =>
  new OperationError('conformance_stopped', 'stopped before the end', { retryable: false });

/** The project's own cases, and those beside the project; both only in a checkout. */
function defaultCases(): string[] {
  const checkout = [new URL('../', import.meta.url), new URL('../../', import.meta.url)].find(
    (url) => existsSync(new URL('test/conformance', url)),
  );
  if (!checkout) return [];
  const own = ['promql', 'logql', 'traceql'].map((one) => `test/conformance/${one}/case`);
  return [...own, '../shared/conformance']
    .map((path) => fileURLToPath(new URL(path, checkout)))
    .filter((path) => existsSync(path));
}

function readFlags(args: readonly string[]): Flags {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [flag = '', inline] = (args[i] as string).split(/=(.*)/s, 2);
    if (!['--cases', '--target', '--mode', '--json'].includes(flag)) {
      throw new InputError('usage', `there is no flag ${flag}`, { hint: usage });
    }
    const value = inline ?? args[++i];
    if (value === undefined)
      throw new InputError('usage', `${flag} needs a value`, { hint: usage });
    values.set(flag, value);
  }
  const mode = values.get('--mode') ?? 'all';
  const wanted = mode === 'all' ? modes : modes.filter((one) => one === mode);
  if (wanted.length === 0)
    throw new InputError('usage', `there is no mode ${mode}`, { hint: usage });
  const named = values.get('--cases');
  const cases = named === undefined ? defaultCases() : [named];
  if (cases.length === 0) throw new InputError('usage', 'name a folder of cases', { hint: usage });
  return { cases, target: values.get('--target'), modes: wanted, json: values.get('--json') };
}

const pushDown: Readonly<Record<Mode, string>> = {
  default: 'auto',
  pushed: 'always',
  local: 'never',
};

function startsOf(url: string | undefined) {
  if (url !== undefined) return { start: () => otherTarget(url) };
  return { start: startInstance, startScraped: startScraping };
}

/** A fresh instance on free ports that answers as the originals do and takes data of any age. */
export async function startInstance(mode: Mode): Promise<RunningTarget> {
  return startWith({ tenancy: { enabled: true }, query: { push_down: pushDown[mode] } });
}

async function startWith(config: Readonly<Record<string, object>>): Promise<RunningTarget> {
  const { startSightline } = await import('../sightline.ts');
  const { ports, stop } = await startSightline({
    config: {
      compat: { strict: true },
      ingest: { max_age: '0', max_future: '0' },
      retention: { metrics: '0', logs: '0', traces: '0' },
      internal_telemetry: { enabled: false },
      prometheus: { enable_admin_api: true },
      ...config,
    },
  });
  return { target: targetOfPorts(ports), stop };
}

async function startScraping(page: string): Promise<RunningTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-conformance-'));
  const path = join(folder, 'prometheus.yml');
  await writeFile(path, scrapeConfig);
  const running = await startScraped(page, () => startWith({ prometheus: { config_file: path } }));
  const stop = async (): Promise<void> => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { target: running.target, stop };
}

async function otherTarget(url: string): Promise<RunningTarget> {
  return { target: await targetOfUrl(url), stop: async () => {} };
}
