// All groups of rules: loaded, changed by a reload without losing alerts, run on their schedules, shown.

import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { AlertingConfig } from '#prometheus-config/config.ts';
import { configText } from '#prometheus-config/config-text.ts';
import type { RuleGroupConfig } from '#prometheus-config/rules.ts';
import type { Labels } from '#query/vector/value.ts';
import type { Alert } from './alert.ts';
import type { RuleReader, RuleWriter } from './evaluation.ts';
import { type GroupSettings, groupKey, RuleGroup } from './group.ts';
import { groupStatus } from './group-status.ts';
import type { RuleLanguage } from './language.ts';
import { notifyInstruments, ruleInstruments } from './metrics.ts';
import { Alertmanagers, type AlertmanagersDeps } from './notify/alertmanagers.ts';
import { toNotification } from './notify/encode.ts';
import { defaultRestoreSettings, type RestoreSettings, restoreRule } from './restore.ts';
import { runOnSchedule, type WaitUntil } from './schedule.ts';
import type { RuleView } from './view.ts';

/** What a configuration says about rules; replaced as a whole. */
export interface RuleSettings {
  readonly groups: readonly RuleGroupConfig[];
  readonly evaluationIntervalMs: number;
  readonly queryOffsetMs: number;
  readonly externalLabels: Labels;
  readonly alerting: AlertingConfig;
}

export interface RuleGroupsDeps
  extends Pick<AlertmanagersDeps, 'createClient' | 'createDiscovery'> {
  readonly reader: RuleReader;
  /** Of the expressions; PromQL when missing. */
  readonly language?: RuleLanguage;
  readonly writer: RuleWriter;
  /** Without a slash at the end; asked when it is needed. */
  readonly externalUrl: () => string;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly wait: WaitUntil;
  readonly restore?: RestoreSettings;
}

/** As `--rules.alert.resend-delay`. */
const resendDelayMs = 60_000;

interface Running {
  readonly group: RuleGroup;
  readonly fingerprint: string;
  /** Ends the schedule; resolves when nothing is being evaluated. */
  stop(): Promise<void>;
}

export class RuleGroups implements RuleView {
  readonly #deps: RuleGroupsDeps;
  readonly #instruments: ReturnType<typeof ruleInstruments>;
  readonly #notifyInstruments: ReturnType<typeof notifyInstruments>;
  readonly #background = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #running = new Map<string, Running>();
  #alertmanagers: Alertmanagers;
  #settings: RuleSettings | undefined;
  #updating: Promise<void> = Promise.resolve();

  constructor(deps: RuleGroupsDeps) {
    this.#deps = deps;
    this.#instruments = ruleInstruments(deps.meter);
    this.#notifyInstruments = notifyInstruments(deps.meter);
    this.#alertmanagers = this.#createAlertmanagers([]);
    deps.meter.observe(
      'prometheus_notifications_queue_length',
      'Alerts that wait for the slowest Alertmanager.',
      () => this.#alertmanagers.queued,
    );
  }

  groups(): ReturnType<RuleView['groups']> {
    return [...this.#running.values()]
      .map(({ group }) => groupStatus(group, this.#deps.language))
      .sort((a, b) => compare(a.file, b.file) || compare(a.name, b.name));
  }

  /** As the files have them. */
  get groupConfigs(): readonly RuleGroupConfig[] {
    return this.#settings?.groups ?? [];
  }

  get settings(): RuleSettings | undefined {
    return this.#settings;
  }

  alertmanagers(): ReturnType<RuleView['alertmanagers']> {
    return this.#alertmanagers.status();
  }

  /** Groups that are the same keep running; the others take over the alerts of those they replace. */
  async update(settings: RuleSettings): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#updating = this.#update(settings);
    await this.#updating;
  }

  async #update(settings: RuleSettings): Promise<void> {
    const isFirst = this.#settings === undefined;
    this.#replaceAlertmanagers(settings);
    this.#settings = settings;
    const before = this.#running;
    const after = new Map<string, Running>();
    this.#running = after;
    for (const config of settings.groups) {
      const key = groupKey(config);
      const known = before.get(key);
      before.delete(key);
      const fingerprint = fingerprintOf(config, settings);
      if (known?.fingerprint === fingerprint) after.set(key, known);
      else after.set(key, await this.#replace(config, fingerprint, { settings, known, isFirst }));
    }
    for (const { group, stop } of before.values()) {
      await stop();
      this.#inBackground(this.#abandon(group));
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    // What a reload has begun is to be there, or it would go on running. Its failure is its caller's.
    await this.#updating.catch(() => {});
    await Promise.all([...this.#running.values()].map(({ stop }) => stop()));
    await Promise.all(this.#background);
    await this.#alertmanagers.stop();
  }

  /** Those that stay as they are keep what waits for them. */
  #replaceAlertmanagers({ alerting: { alertmanagers } }: RuleSettings): void {
    const before = this.#settings?.alerting.alertmanagers ?? [];
    if (configText(before) === configText(alertmanagers)) return;
    const previous = this.#alertmanagers;
    this.#alertmanagers = this.#createAlertmanagers(alertmanagers);
    this.#inBackground(previous.stop());
  }

  async #replace(
    config: RuleGroupConfig,
    fingerprint: string,
    {
      settings,
      known,
      isFirst,
    }: {
      readonly settings: RuleSettings;
      readonly known: Running | undefined;
      readonly isFirst: boolean;
    },
  ): Promise<Running> {
    await known?.stop();
    const group = this.#createGroup(config, settings, !isFirst);
    if (known) group.takeOver(known.group);
    const aborted = new AbortController();
    const done = this.#run(group, aborted.signal);
    const stop = async (): Promise<void> => {
      aborted.abort();
      await done;
    };
    return { group, fingerprint, stop };
  }

  #createGroup(config: RuleGroupConfig, settings: RuleSettings, isRestored: boolean): RuleGroup {
    const { reader, language, writer, logger, clock } = this.#deps;
    const externalUrl = this.#deps.externalUrl();
    const { externalLabels } = settings;
    return new RuleGroup(config, groupSettings(config, settings), {
      context: { reader, externalLabels, externalUrl, ...(language ? { language } : {}) },
      writer,
      send: (alerts, expr) => this.#send(alerts, expr),
      instruments: this.#instruments,
      logger,
      clock,
      isRestored,
    });
  }

  async #run(group: RuleGroup, signal: AbortSignal): Promise<void> {
    const { clock, wait } = this.#deps;
    const { config, settings, key } = group;
    let evaluations = 0;
    const schedule = {
      identity: config,
      intervalMs: settings.intervalMs,
      nowMs: () => clock.nowMs(),
      wait,
      signal,
      onIterations: (due: number, missed: number): void => {
        this.#instruments.iterations.add(due, { rule_group: key });
        if (missed > 0) this.#instruments.missed.add(missed, { rule_group: key });
      },
    };
    await runOnSchedule(schedule, async (timeMs) => {
      await group.evaluate(timeMs, signal);
      evaluations++;
      // The first evaluation may come before there is data; alerts are known after the second.
      if (evaluations === 2) await this.#restore(group);
    });
  }

  async #restore(group: RuleGroup): Promise<void> {
    const { reader, clock, logger, restore = defaultRestoreSettings } = this.#deps;
    for (const rule of group.alertingRules) {
      if (rule.isRestored) continue;
      await restoreRule(rule, reader, clock.nowMs(), restore).catch((error) => {
        const fields = { alert: rule.name, error: messageOf(error) };
        logger.error('the state of an alert of before the restart could not be read', fields);
      });
    }
  }

  /** Rules that moved get two intervals to write their series in another group. */
  async #abandon(group: RuleGroup): Promise<void> {
    const { clock, wait } = this.#deps;
    const goneAtMs = clock.nowMs();
    group.abandon();
    const until = goneAtMs + 2 * group.settings.intervalMs;
    if (!(await wait(until, this.#stopped.signal))) return;
    group.forgetOrphans(this.#writtenSeries());
    await group.endOrphans(goneAtMs);
  }

  #writtenSeries(): ReadonlySet<string> {
    const groups = [...this.#running.values()].map(({ group }) => group);
    return new Set(
      groups.flatMap(({ rules }) => rules.flatMap(({ series }) => [...series.keys()])),
    );
  }

  #inBackground(work: Promise<void>): void {
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }

  #send(alerts: readonly Alert[], expr: string): void {
    const settings = this.#settings;
    if (!settings) return;
    const { externalLabels, alerting } = settings;
    const externalUrl = this.#deps.externalUrl();
    const { alertRelabelConfigs: relabelConfigs } = alerting;
    const notifications = alerts.flatMap((alert) => {
      const context = { externalUrl, externalLabels, relabelConfigs };
      return toNotification(alert, expr, context) ?? [];
    });
    this.#alertmanagers.send(notifications);
  }

  #createAlertmanagers(configs: AlertingConfig['alertmanagers']): Alertmanagers {
    return new Alertmanagers(configs, { ...this.#deps, instruments: this.#notifyInstruments });
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const groupSettings = (config: RuleGroupConfig, settings: RuleSettings): GroupSettings => ({
  intervalMs: config.intervalMs ?? settings.evaluationIntervalMs,
  queryOffsetMs: config.queryOffsetMs ?? settings.queryOffsetMs,
  resendDelayMs,
});

/** Equal for groups that do the same. */
function fingerprintOf(config: RuleGroupConfig, settings: RuleSettings): string {
  const rules = config.rules.map((rule) => [
    rule.kind,
    rule.name.text,
    rule.expr.text,
    texts(rule.labels),
    ...(rule.kind === 'alert' ? [rule.forMs, rule.keepFiringForMs, texts(rule.annotations)] : []),
  ]);
  const { limit } = config;
  return JSON.stringify([groupSettings(config, settings), limit, settings.externalLabels, rules]);
}

const texts = (placed: RuleGroupConfig['labels']): string[][] =>
  [...placed].map(([name, { text }]) => [name, text]).sort();
