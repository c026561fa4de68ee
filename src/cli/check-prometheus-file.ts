// What `sightline check-config` looks at: a prometheus.yml with the files that it names, rule files.
import { accessSync, readFileSync } from 'node:fs';
import { relabel, toPairs } from '#discovery/relabel.ts';
import { targetGroupsOfJson, targetGroupsOfYaml } from '#discovery/target-groups.ts';
import { messageOf } from '#lib/errors.ts';
import type {
  AlertmanagerConfig,
  PrometheusConfig,
  ScrapeConfig,
} from '#prometheus-config/config.ts';
import type { DiscoveryConfig, StaticGroup } from '#prometheus-config/discovery-config.ts';
import { filesOf } from '#prometheus-config/file-pattern.ts';
import type { HttpClientConfig } from '#prometheus-config/http-client-config.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import type { Place, Problem } from '#prometheus-config/place.ts';
import type { LabelPairs, NameValidation } from '#prometheus-config/relabel-config.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import type { RuleFile } from '#prometheus-config/rules.ts';
import { parseYaml } from '#prometheus-config/yaml-tree.ts';
import { labelTarget } from '#receiver/scrape/target-labels.ts';
import { checkRuleFiles } from '#rule/check.ts';
import type { RuleLanguage } from '#rule/language.ts';
import type { CheckFlags } from './check-config.ts';

interface Found {
  readonly summary: string;
  readonly problems: readonly Problem[];
}

export function checkPrometheusFile(text: string, file: string, flags: CheckFlags): Found {
  const { isStrict, env, isSyntaxOnly } = flags;
  const { config, problems: ofText } = parsePrometheusConfig(text, { file, env, isStrict });
  if (!config) return { summary: '', problems: ofText };
  const checker = new FileChecker(file, config.global.metricNameValidation, flags);
  for (const job of config.scrapeConfigs) checker.checkJob(job);
  for (const one of config.alerting.alertmanagers) checker.checkAlertmanager(one);
  if (!isSyntaxOnly) checker.checkRuleFiles(config, text);
  const summary = `${config.scrapeConfigs.length} scrape jobs, ${checker.rules} rules`;
  return { summary, problems: [...ofText, ...checker.problems] };
}

export interface RuleTextOptions {
  readonly file: string;
  readonly isStrict: boolean;
  readonly nameValidation?: NameValidation;
  /** Of the expressions; PromQL when missing. */
  readonly language?: RuleLanguage;
}

export function checkRuleText(text: string, options: RuleTextOptions) {
  const { ruleFile, problems } = parseRuleFile(text, options);
  if (!ruleFile) return { rules: 0, problems };
  const rules = ruleFile.groups.reduce((sum, group) => sum + group.rules.length, 0);
  return {
    rules,
    problems: [
      ...problems,
      ...checkRuleFiles([ruleFile], options.language),
      ...duplicates(ruleFile),
    ],
  };
}

/** Two rules that give the same series: one hides the other. */
function duplicates({ groups }: RuleFile): Problem[] {
  const seen = new Map<string, Place>();
  return groups.flatMap(({ rules }) =>
    rules.flatMap((rule): Problem[] => {
      const labels = [...rule.labels].map(([name, { text }]) => [name, text]).sort();
      const key = JSON.stringify([rule.name.text, labels]);
      const first = seen.get(key);
      if (!first) {
        seen.set(key, rule.place);
        return [];
      }
      const message = `'${rule.name.text}' with the same labels is at ${first.line}:${first.column}`;
      return [{ severity: 'warning', place: rule.place, path: '', message }];
    }),
  );
}

/** Of each item of `rule_files`. */
function placesOfRuleFiles(text: string, file: string): Place[] {
  const tree = parseYaml(text, file, []);
  const entry = tree?.kind === 'map' && tree.entries.find(({ key }) => key === 'rule_files');
  return entry && entry.value.kind === 'list' ? entry.value.items.map(({ place }) => place) : [];
}

class FileChecker {
  readonly problems: Problem[] = [];
  rules = 0;
  readonly #file: string;
  readonly #nameValidation: NameValidation;
  readonly #flags: CheckFlags;

  constructor(file: string, nameValidation: NameValidation, flags: CheckFlags) {
    this.#file = file;
    this.#nameValidation = nameValidation;
    this.#flags = flags;
  }

  checkJob(job: ScrapeConfig): void {
    this.#checkHttp(job.http, job.place, job.jobName);
    this.#checkDiscoveries(job.discoveries, job.jobName, (labels) => {
      const target = labelTarget(labels, job);
      return target.kind === 'wrong' ? target.problem : undefined;
    });
  }

  checkAlertmanager(config: AlertmanagerConfig): void {
    this.#checkHttp(config.http, config.place, 'alertmanagers');
    this.#checkDiscoveries(config.discoveries, 'alertmanagers', (labels) => {
      const withScheme = toPairs(new Map([['__scheme__', config.scheme], ...labels]));
      const relabelled = relabel(withScheme, config.relabelConfigs);
      const address = new Map(relabelled ?? []).get('__address__') ?? '';
      return address.includes('/') ? `"${address}" is not a valid hostname` : undefined;
    });
  }

  checkRuleFiles({ ruleFiles }: PrometheusConfig, text: string): void {
    const places = placesOfRuleFiles(text, this.#file);
    for (const [i, pattern] of ruleFiles.entries()) {
      const files = filesOf(pattern);
      if (files.length === 0 && !pattern.includes('*')) {
        const place = places[i] ?? { file: this.#file, line: 1, column: 1 };
        this.#add('error', place, 'rule_files', `'${pattern}' does not point to an existing file`);
      }
      for (const file of files) this.#checkRuleFile(file);
    }
  }

  #checkRuleFile(file: string): void {
    const { isStrict } = this.#flags;
    const nameValidation = this.#nameValidation;
    try {
      const text = readFileSync(file, 'utf8');
      const { rules, problems } = checkRuleText(text, { file, isStrict, nameValidation });
      this.rules += rules;
      this.problems.push(...problems);
    } catch (error) {
      this.#add('error', { file, line: 1, column: 1 }, '', `cannot be read: ${messageOf(error)}`);
    }
  }

  #checkHttp({ authorization, basicAuth, tls }: HttpClientConfig, place: Place, job: string): void {
    if (this.#flags.isSyntaxOnly) return;
    const credentials = authorization?.credentialsFile ?? '';
    this.#checkThere('error', credentials, place, `${job}: credentials_file`);
    this.#checkThere('error', tls.certFile, place, `${job}: cert_file`);
    this.#checkThere('error', tls.keyFile, place, `${job}: key_file`);
    this.#checkThere('warning', tls.caFile, place, `${job}: ca_file`);
    this.#checkThere('warning', basicAuth?.passwordFile ?? '', place, `${job}: password_file`);
  }

  #checkThere(severity: Problem['severity'], file: string, place: Place, what: string): void {
    if (file === '') return;
    try {
      accessSync(file);
    } catch {
      this.#add(severity, place, '', `${what} '${file}' cannot be read`);
    }
  }

  /** `wrong` says what is wrong with a target, by its labels. */
  #checkDiscoveries(
    discoveries: readonly DiscoveryConfig[],
    job: string,
    wrong: (labels: LabelPairs) => string | undefined,
  ): void {
    for (const discovery of discoveries) {
      if (discovery.kind === 'static') this.#checkGroups(discovery.groups, discovery.place, wrong);
      if (discovery.kind === 'kubernetes') this.#checkHttp(discovery.http, discovery.place, job);
      if (discovery.kind !== 'file' || this.#flags.isSyntaxOnly) continue;
      for (const pattern of discovery.files) {
        const files = filesOf(pattern);
        if (files.length === 0) {
          const message = `file '${pattern}' for file_sd of ${job} does not exist`;
          this.#add('warning', discovery.place, '', message);
        }
        for (const file of files) this.#checkTargetFile(file, wrong);
      }
    }
  }

  #checkTargetFile(file: string, wrong: (labels: LabelPairs) => string | undefined): void {
    const place = { file, line: 1, column: 1 };
    try {
      const text = readFileSync(file, 'utf8');
      const isJson = file.toLowerCase().endsWith('.json');
      const groups = isJson ? targetGroupsOfJson(text, file) : targetGroupsOfYaml(text, file);
      this.#checkGroups(groups, place, wrong);
    } catch (error) {
      this.#add('error', place, '', messageOf(error));
    }
  }

  #checkGroups(
    groups: readonly StaticGroup[],
    place: Place,
    wrong: (labels: LabelPairs) => string | undefined,
  ): void {
    for (const { targets, labels } of groups) {
      for (const target of targets) {
        const problem = wrong(toPairs(new Map([...labels, ['__address__', target]])));
        if (problem !== undefined) this.#add('error', place, '', problem);
      }
    }
  }

  #add(severity: Problem['severity'], place: Place, path: string, message: string): void {
    this.problems.push({ severity, place, path, message });
  }
}
