// `sightline test-rules FILE…`: promtool's unit tests of rules.
import { InputError, messageOf } from '#lib/errors.ts';
import { outcomesJson, printOutcome } from '#rule/unit-test/report.ts';
import { type TestOptions, testRuleFile } from '#rule/unit-test/run.ts';
import type { Command } from './command.ts';

const usage = `usage: sightline test-rules [--run REGEX]… [--diff] [--json] [--ignore-unknown-fields] FILE…
FILE is a unit-test file as promtool has them; it names its rule files.`;

interface Flags extends TestOptions {
  readonly files: readonly string[];
  readonly isDiff: boolean;
  readonly isJson: boolean;
}

export const testRulesCommand: Command = {
  name: 'test-rules',
  summary: "Run unit tests of rules, from promtool's files.",
  async run({ args, stdout }) {
    const flags = readFlags(args);
    const outcomes = [];
    for (const file of flags.files) {
      const outcome = await testRuleFile(file, flags);
      outcomes.push(outcome);
      const isColored = 'isTTY' in stdout && stdout.isTTY === true;
      if (!flags.isJson) stdout.write(printOutcome(outcome, { isDiff: flags.isDiff, isColored }));
    }
    if (flags.isJson) stdout.write(outcomesJson(outcomes));
    return outcomes.some(({ failures }) => failures.length > 0) ? 1 : 0;
  },
};

function readFlags(args: readonly string[]): Flags {
  const files: string[] = [];
  const run: RegExp[] = [];
  const set = new Set<string>();
  const rest = args.flatMap((arg) => (arg.startsWith('--run=') ? ['--run', arg.slice(6)] : [arg]));
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i] as string;
    if (arg === '--run') run.push(readPattern(rest[++i]));
    else if (['--diff', '--json', '--ignore-unknown-fields'].includes(arg)) set.add(arg);
    else if (arg.startsWith('-')) {
      throw new InputError('usage', `there is no flag ${arg}`, { hint: usage });
    } else files.push(arg);
  }
  if (files.length === 0) throw new InputError('usage', 'no file is named', { hint: usage });
  return {
    files,
    run,
    isDiff: set.has('--diff'),
    isJson: set.has('--json'),
    ignoresUnknownFields: set.has('--ignore-unknown-fields'),
  };
}

function readPattern(text: string | undefined): RegExp {
  if (text === undefined) throw new InputError('usage', '--run needs a value', { hint: usage });
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new InputError('usage', `--run: ${messageOf(cause)}`, { hint: usage, cause });
  }
}
