// The rules of Loki's ruler: per tenant, in namespaces of groups. Those that the API wrote are files of
// a folder of ours; those of another folder are only read. Every tenant has groups that run by themselves.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { AlertingConfig } from '#prometheus-config/config.ts';
import type { RuleGroupConfig } from '#prometheus-config/rules.ts';
import type { RuleGroups } from './groups.ts';
import type { RuleLanguage } from './language.ts';
import { namespaceYaml, parseGroup, parseNamespace } from './log-group-yaml.ts';
import type { RuleView } from './view.ts';

export interface LogRulesSettings {
  /** Where groups are kept that the API writes. */
  readonly folder: string;
  /** `loki.rules_dir`: `<tenant>/<namespace>` files, or files alone; undefined: none. */
  readonly fixedFolder: string | undefined;
  readonly evaluationIntervalMs: number;
  readonly alerting: AlertingConfig;
  /** With tenancy; else all rules belong to nobody in particular. */
  readonly hasTenants: boolean;
}

export interface LogRulesDeps {
  readonly language: RuleLanguage;
  readonly logger: Logger;
  readonly createGroups: (tenant: string) => RuleGroups;
}

type Namespaces = Map<string, readonly RuleGroupConfig[]>;

interface TenantRules {
  readonly manager: RuleGroups;
  readonly fixed: Namespaces;
  readonly written: Namespaces;
}

/** What Loki calls the only tenant. */
const nobody = 'fake';
const noGroups: RuleView = {
  groups: () => [],
  alertmanagers: () => ({ active: [], dropped: [] }),
};

export class LogRules {
  readonly #settings: LogRulesSettings;
  readonly #deps: LogRulesDeps;
  readonly #tenants = new Map<string, TenantRules>();
  #changing: Promise<void> = Promise.resolve();

  constructor(settings: LogRulesSettings, deps: LogRulesDeps) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /**
   * Reads and runs what is there. Throws InputError `log_rule_group` for files of `loki.rules_dir` that are
   * wrong. What the API wrote was right then: when it is not any longer, it is put aside and the rest runs.
   */
  async start(): Promise<void> {
    const { folder, fixedFolder } = this.#settings;
    for (const name of foldersIn(folder)) {
      const tenant = name === nobody ? '' : decodeURIComponent(name);
      for (const file of filesIn(join(folder, name))) {
        if (!file.endsWith('.yaml')) continue;
        const namespace = decodeURIComponent(file.slice(0, -'.yaml'.length));
        const groups = this.#readWritten(join(folder, name, file), namespace);
        if (groups) this.#of(tenant).written.set(namespace, groups);
      }
    }
    if (fixedFolder !== undefined) this.#readFixed(fixedFolder);
    await Promise.all([...this.#tenants.keys()].map((tenant) => this.#run(tenant)));
  }

  #readWritten(path: string, namespace: string): readonly RuleGroupConfig[] | undefined {
    try {
      return this.#read(path, namespace);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const aside = `${path}.refused`;
      renameSync(path, aside);
      const hint = 'Correct it and take .refused off its name, or write its groups again.';
      this.#deps.logger.error('rules are not run', { file: aside, error: error.message, hint });
      return undefined;
    }
  }

  #readFixed(folder: string): void {
    const read = (tenant: string, path: string, file: string): void => {
      if (/\.ya?ml$/.test(file))
        this.#of(tenant).fixed.set(file, this.#read(join(path, file), file));
    };
    for (const file of filesIn(folder)) read('', folder, file);
    for (const name of foldersIn(folder)) {
      const tenant = this.#settings.hasTenants && name !== nobody ? name : '';
      for (const file of filesIn(join(folder, name))) read(tenant, join(folder, name), file);
    }
  }

  #read(path: string, namespace: string): readonly RuleGroupConfig[] {
    const { groups } = parseNamespace(readFileSync(path, 'utf8'), path, this.#deps.language);
    return groups.map((group) => ({ ...group, file: namespace }));
  }

  /** Ordered by name. */
  namespaces(tenant: string): ReadonlyMap<string, readonly RuleGroupConfig[]> {
    const rules = this.#tenants.get(tenant);
    const all = rules ? [...rules.fixed, ...rules.written] : [];
    return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  view(tenant: string): RuleView {
    return this.#tenants.get(tenant)?.manager ?? noGroups;
  }

  /** Resolves when the group is kept and runs. Throws InputError `log_rule_group`. */
  async setGroup(tenant: string, namespace: string, text: string): Promise<void> {
    assertShort('tenant', tenant);
    assertShort('namespace', namespace);
    const group = parseGroup(text, namespace, this.#deps.language);
    await this.#change(tenant, namespace, (groups) => {
      const at = groups.findIndex(({ name }) => name === group.name);
      return at < 0 ? [...groups, group] : groups.toSpliced(at, 1, group);
    });
  }

  /** False when there is none. */
  async deleteGroup(tenant: string, namespace: string, name: string): Promise<boolean> {
    let isThere = false;
    await this.#change(tenant, namespace, (groups) => {
      const left = groups.filter((group) => group.name !== name);
      isThere = left.length < groups.length;
      return left;
    });
    return isThere;
  }

  async deleteNamespace(tenant: string, namespace: string): Promise<boolean> {
    let isThere = false;
    await this.#change(tenant, namespace, (groups) => {
      isThere = groups.length > 0;
      return [];
    });
    return isThere;
  }

  async stop(): Promise<void> {
    await this.#changing.catch(() => {});
    await Promise.all([...this.#tenants.values()].map(({ manager }) => manager.stop()));
  }

  /** One change after the other; the file first, so that nothing runs that a restart would not know. */
  async #change(
    tenant: string,
    namespace: string,
    change: (groups: readonly RuleGroupConfig[]) => readonly RuleGroupConfig[],
  ): Promise<void> {
    const before = this.#changing.catch(() => {});
    this.#changing = before.then(async () => {
      const known = this.#tenants.get(tenant);
      if (known?.fixed.has(namespace)) {
        const what = `the namespace '${namespace}' comes from loki.rules_dir and is only read`;
        throw new InputError('log_rule_group', what, { hint: 'Change its file, and restart.' });
      }
      const groups = known?.written.get(namespace) ?? [];
      const changed = change(groups);
      if (groups.length === 0 && changed.length === 0) return;
      this.#keep(tenant, namespace, changed);
      const { written } = this.#of(tenant);
      if (changed.length === 0) written.delete(namespace);
      else written.set(namespace, changed);
      await this.#run(tenant);
    });
    await this.#changing;
  }

  #keep(tenant: string, namespace: string, groups: readonly RuleGroupConfig[]): void {
    const path = join(this.#settings.folder, folderOf(tenant), `${fileName(namespace)}.yaml`);
    try {
      if (groups.length === 0) {
        rmSync(path, { force: true });
        return;
      }
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, namespaceYaml(groups), { flush: true });
      renameSync(`${path}.new`, path);
    } catch (cause) {
      const what = `cannot keep the rules in ${path}: ${messageOf(cause)}`;
      throw new OperationError('log_rule_file', what, { retryable: true, cause });
    }
  }

  #of(tenant: string): TenantRules {
    const known = this.#tenants.get(tenant);
    if (known) return known;
    const manager = this.#deps.createGroups(tenant);
    const made: TenantRules = { manager, fixed: new Map(), written: new Map() };
    this.#tenants.set(tenant, made);
    return made;
  }

  #run(tenant: string): Promise<void> {
    const { evaluationIntervalMs, alerting } = this.#settings;
    return this.#of(tenant).manager.update({
      groups: [...this.namespaces(tenant).values()].flat(),
      evaluationIntervalMs,
      queryOffsetMs: 0,
      externalLabels: {},
      alerting,
    });
  }
}

/** Of a name of a file, with `.yaml.new` behind it. */
const nameBytesMax = 240;

function assertShort(what: string, name: string): void {
  if (fileName(name).length <= nameBytesMax) return;
  throw new InputError(
    'log_rule_group',
    `the name of the ${what} is too long for a file: ${nameBytesMax} bytes, percent-encoded, are the most`,
    { hint: 'Use a shorter one.' },
  );
}

/** A name that is a file's on every system; it may contain anything. */
const fileName = (name: string): string =>
  encodeURIComponent(name).replaceAll('.', '%2E').replaceAll('*', '%2A');

/** A tenant may have the name of the only one, too. */
const folderOf = (tenant: string): string =>
  tenant === '' ? nobody : tenant === nobody ? `%66${nobody.slice(1)}` : fileName(tenant);

const foldersIn = (folder: string): string[] =>
  entriesIn(folder).filter((name) => kindOf(join(folder, name))?.isDirectory());

const filesIn = (folder: string): string[] =>
  entriesIn(folder).filter((name) => kindOf(join(folder, name))?.isFile());

/** Links count as what they lead to: in Kubernetes all files of a ConfigMap are some. */
const kindOf = (path: string) => statSync(path, { throwIfNoEntry: false });

function entriesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const what = `cannot read the folder ${folder}: ${messageOf(cause)}`;
    throw new OperationError('log_rule_file', what, { retryable: false, cause });
  }
}
