// `sightline check-config FILE…`: what is wrong with a prometheus.yml, with rule files, with a Loki, a
// Promtail or an Alloy configuration, and where.
// Strict as promtool is: unknown keys are errors, unless --lenient.
import { readFileSync } from 'node:fs';
import { messageOf } from '#lib/errors.ts';
import { isLokiFile, parseLokiConfig } from '#loki-config/load.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import { parseYaml } from '#prometheus-config/yaml-tree.ts';
import { promqlRules } from '#rule/language.ts';
import { logqlRules } from '#rule/log-language.ts';
import { checkAlloy, checkPromtail, isAlloyPath, isPromtail } from './check-collection-file.ts';
import { checkPrometheusFile, checkRuleText } from './check-prometheus-file.ts';
import type { Command } from './command.ts';

const usage = `usage: sightline check-config [--json] [--syntax-only] [--lenient] [--logql] FILE…

FILE is a prometheus.yml, a rule file (it has the key groups), a Loki or a Promtail configuration, or
an Alloy configuration (a file *.alloy, or a folder of them). The rule files, target files, credential and
certificate files that a prometheus.yml names are checked as well.

  --json         the answer as JSON
  --syntax-only  look at no file but those given, and scrape_config_files
  --lenient      unknown keys are warnings, as they are to the server
  --logql        the rule files are of Loki's ruler
`;

interface CheckedFile {
  readonly file: string;
  readonly kind: 'config' | 'rules' | 'loki' | 'promtail' | 'alloy';
  /** A few words about what is in it. */
  readonly summary: string;
  readonly problems: readonly Problem[];
}

export interface CheckFlags {
  readonly isStrict: boolean;
  readonly isSyntaxOnly: boolean;
  /** Rules are LogQL. */
  readonly isLogql: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const known = ['--json', '--syntax-only', '--lenient', '--logql'];

export const checkConfigCommand: Command = {
  name: 'check-config',
  summary:
    'Check prometheus.yml, rule, Loki, Promtail and Alloy files: every mistake with its place.',
  run: ({ args, env, stdout, stderr }) => {
    const flags = args.filter((arg) => arg.startsWith('-'));
    const files = args.filter((arg) => !arg.startsWith('-'));
    if (flags.includes('--help') || flags.includes('-h')) {
      stdout.write(usage);
      return Promise.resolve(0);
    }
    const unknown = flags.find((flag) => !known.includes(flag));
    if (unknown !== undefined || files.length === 0) {
      const what = unknown === undefined ? 'no file is given' : `there is no flag ${unknown}`;
      stderr.write(`${what}\n${usage}`);
      return Promise.resolve(2);
    }
    const settings = {
      isStrict: !flags.includes('--lenient'),
      isSyntaxOnly: flags.includes('--syntax-only'),
      isLogql: flags.includes('--logql'),
      env,
    };
    const checked = files.map((file) => checkFile(file, settings));
    stdout.write(flags.includes('--json') ? asJson(checked) : asText(checked));
    return Promise.resolve(checked.every(isValid) ? 0 : 1);
  },
};

const isValid = ({ problems }: CheckedFile): boolean =>
  problems.every(({ severity }) => severity !== 'error');

function checkFile(file: string, flags: CheckFlags): CheckedFile {
  if (isAlloyPath(file)) return { file, kind: 'alloy', ...checkAlloy(file, flags) };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${messageOf(error)}`;
    const place = { file, line: 1, column: 1 };
    const problems: Problem[] = [{ severity: 'error', place, path: '', message }];
    return { file, kind: 'config', summary: '', problems };
  }
  const tree = parseYaml(text, file, []);
  if (isPromtail(tree)) return { file, kind: 'promtail', ...checkPromtail(text, file, flags) };
  if (isLokiFile(tree)) return { file, kind: 'loki', ...checkLokiFile(text, file, flags) };
  const isRules = tree?.kind === 'map' && tree.entries.some(({ key }) => key === 'groups');
  if (!isRules) return { file, kind: 'config', ...checkPrometheusFile(text, file, flags) };
  const language = flags.isLogql ? logqlRules(false) : promqlRules;
  const { isStrict } = flags;
  const { rules, problems } = checkRuleText(text, { file, isStrict, language });
  return { file, kind: 'rules', summary: `${rules} rules`, problems };
}

function checkLokiFile(text: string, file: string, { env }: CheckFlags) {
  const { problems } = parseLokiConfig(text, { file, env });
  const ignored = problems.filter(({ severity }) => severity === 'warning').length;
  return { summary: `${ignored} keys mean nothing here`, problems };
}

function asText(checked: readonly CheckedFile[]): string {
  return checked
    .map((one) => {
      const lines = one.problems.map((problem) => {
        const mark = problem.severity === 'warning' ? 'warning: ' : '';
        return `${mark}${formatProblem(problem)}\n`;
      });
      const errors = one.problems.filter(({ severity }) => severity === 'error').length;
      const verdict = errors === 0 ? `ok, ${one.summary}` : `${errors} wrong`;
      return `${lines.join('')}${one.file}: ${verdict}\n`;
    })
    .join('');
}

function asJson(checked: readonly CheckedFile[]): string {
  const files = checked.map((one) => ({
    file: one.file,
    kind: one.kind,
    isValid: isValid(one),
    problems: one.problems.map(({ severity, place, path, message }) => ({
      severity,
      ...place,
      path,
      message,
    })),
  }));
  return `${JSON.stringify({ isValid: checked.every(isValid), files }, undefined, 2)}\n`;
}
