// The way of alerts to one Alertmanager: a bounded queue, batches, and retries with growing pauses. Of
// one alert only the newest state waits; when the queue is full the oldest goes.
import type { HttpClient } from '#discovery/http-client.ts';
import { relabel } from '#discovery/relabel.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';
import type { NotifyInstruments } from '../metrics.ts';
import type { WaitUntil } from '../schedule.ts';
import { encodeNotifications, type Notification } from './encode.ts';

/** As `--alertmanager.notification-queue-capacity`. */
export const queueCapacity = 10_000;
export const batchSize = 64;
const firstPauseMs = 500;
const pauseMsMax = 30_000;

export interface AlertmanagerQueueOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** `alert_relabel_configs` of this Alertmanager. */
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly wait: WaitUntil;
  readonly logger: Logger;
  readonly instruments: NotifyInstruments;
}

export class AlertmanagerQueue {
  readonly url: string;
  readonly #options: AlertmanagerQueueOptions;
  readonly #waiting = new Map<string, Notification>();
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: AlertmanagerQueueOptions) {
    this.url = options.url;
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /** Whether anything waits or is on its way. */
  get isSending(): boolean {
    return this.#running !== undefined;
  }

  add(notifications: readonly Notification[]): void {
    const { relabelConfigs, instruments } = this.#options;
    for (const notification of notifications) {
      const labels = relabel(notification.labels, relabelConfigs);
      if (!labels || labels.length === 0) continue;
      const key = JSON.stringify(labels);
      this.#waiting.delete(key);
      this.#waiting.set(key, { ...notification, labels });
      if (this.#waiting.size <= queueCapacity) continue;
      const [oldest] = this.#waiting.keys();
      this.#waiting.delete(oldest as string);
      instruments.dropped.add(1);
    }
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // Something may have come in between the end of the run and this.
      if (this.#waiting.size > 0 && !this.#stopped.signal.aborted) this.#start();
    });
  }

  /** What waits is sent while the Alertmanager takes it; what it does not take is dropped. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    if (this.#waiting.size > 0) this.#options.instruments.dropped.add(this.#waiting.size);
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let pauseMs = firstPauseMs;
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, batchSize);
      for (const [key] of batch) this.#waiting.delete(key);
      if (await this.#send(batch.map(([, notification]) => notification))) {
        pauseMs = firstPauseMs;
        continue;
      }
      this.#putBack(batch);
      if (!(await this.#options.wait(this.#options.clock.nowMs() + pauseMs, signal))) return;
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
    }
  }

  /** In front, unless something newer about the same alert came in. */
  #putBack(batch: readonly (readonly [string, Notification])[]): void {
    const newer = [...this.#waiting];
    const fresh = batch.filter(([key]) => !this.#waiting.has(key));
    this.#waiting.clear();
    for (const [key, notification] of [...fresh, ...newer].slice(-queueCapacity)) {
      this.#waiting.set(key, notification);
    }
    const lost = fresh.length + newer.length - this.#waiting.size;
    if (lost > 0) this.#options.instruments.dropped.add(lost);
  }

  /** False when it is worth another try. */
  async #send(batch: readonly Notification[]): Promise<boolean> {
    const { url, client, timeoutMs, instruments, logger } = this.#options;
    const labels = { alertmanager: url };
    try {
      const { status, body } = await client.request({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        body: encodeNotifications(batch),
        signal: AbortSignal.timeout(timeoutMs),
        bodyBytesMax: 1 << 20,
      });
      if (status >= 200 && status < 300) {
        instruments.sent.add(batch.length, labels);
        return true;
      }
      instruments.errors.add(batch.length, labels);
      const answer = body.toString('utf8').slice(0, 200);
      logger.warn('an Alertmanager refused alerts', { url, status, answer });
      // Sent again, the same would be refused again.
      const isFinal = status < 500 && status !== 429;
      if (isFinal) instruments.dropped.add(batch.length);
      return isFinal;
    } catch (error) {
      instruments.errors.add(batch.length, labels);
      logger.warn('alerts could not be sent', { url, error: messageOf(error) });
      return false;
    }
  }
}
