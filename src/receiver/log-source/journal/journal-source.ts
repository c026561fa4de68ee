// Reads the journal of systemd through `journalctl`, from the cursor where it was left. The child is
// started again when it ends; where there is none, that is said once, and looked for again now and then.

import { unlessAborted } from '#lib/unless-aborted.ts';
import type { JournalSource as JournalConfig } from '#pipeline/log/collection-config.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import { Complaints } from '../../complaints.ts';
import { createLabelling, type Labelling } from '../labelling.ts';
import { OrderedReceipts } from '../ordered-receipts.ts';
import { Retries, type RetrySettings } from '../retries.ts';
import type { SourceContext } from '../source-context.ts';
import { journalLabels, journalLine, parseJournalEntry } from './journal-entry.ts';
import { type Ended, runJournalctl } from './journalctl.ts';

export interface JournalDeps extends SourceContext {
  readonly retries?: RetrySettings;
}

export class JournalSource {
  readonly #config: JournalConfig;
  readonly #deps: JournalDeps;
  readonly #abort = new AbortController();
  readonly #labelling: Labelling;
  readonly #receipts: OrderedReceipts<string>;
  readonly #complaints: Complaints;
  readonly #positionKey: string;
  readonly #running: Promise<void>;
  /** Of the last entry that was handed on. */
  #cursor: string;
  #lastSaid = '';

  /** Begins at once. */
  constructor(config: JournalConfig, deps: JournalDeps) {
    this.#config = config;
    this.#deps = deps;
    const { positions, meter } = deps;
    this.#positionKey = `journal/${config.id}`;
    this.#cursor = positions.get(this.#positionKey)?.cursor ?? '';
    this.#receipts = new OrderedReceipts((cursor) =>
      positions.set(this.#positionKey, { offset: 0, identity: '', cursor }),
    );
    // Hardly any two entries have the same fields.
    this.#labelling = createLabelling({ rules: config.relabel, meter, rememberedMax: 0 });
    this.#complaints = new Complaints('entries of the journal were passed over', deps);
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const retries = new Retries(this.#deps.retries);
    while (!signal.aborted) {
      let count = 0;
      const ended = await runJournalctl({
        config: this.#config,
        cursor: this.#cursor,
        nowMs: this.#deps.clock.nowMs(),
        env: this.#deps.env,
        signal,
        onLines: async (lines) => {
          count += lines.length;
          this.#lastSaid = '';
          await this.#take(lines);
        },
      });
      if (signal.aborted) return;
      if (count > 0) retries.succeeded();
      this.#report(ended, count);
      await retries.pause(signal);
    }
  }

  async #take(lines: readonly string[]): Promise<void> {
    const entries: Omit<CollectedEntry, 'receipt'>[] = [];
    for (const line of lines) {
      const entry = this.#entryOf(line);
      if (entry) entries.push(entry);
    }
    if (entries.length === 0) return;
    const receipt = this.#receipts.begin(this.#cursor, entries.length);
    const { meter, sink } = this.#deps;
    const taken = meter.counter('promtail_journal_target_lines_total', 'Entries of the journal.');
    taken.add(entries.length);
    await unlessAborted(
      sink.write(entries.map((entry) => ({ ...entry, receipt }))),
      this.#abort.signal,
    );
  }

  #entryOf(text: string): Omit<CollectedEntry, 'receipt'> | undefined {
    const entry = parseJournalEntry(text);
    if (!entry) return this.#passOver('not_json', text);
    this.#cursor = entry.cursor;
    const line = journalLine(entry.fields, this.#config.asJson);
    if (line === undefined) return this.#passOver('no_message', text);
    const labels = this.#labelling(
      new Map([...journalLabels(entry.fields), ...this.#config.labels]),
    );
    if (!labels) return undefined;
    if (labels.size === 0) return this.#passOver('empty_labels', text);
    return { labels, timeNano: entry.timeNano, line, metadata: [], tenant: undefined };
  }

  #passOver(error: 'not_json' | 'no_message' | 'empty_labels', text: string): undefined {
    const errors = this.#deps.meter.counter(
      'promtail_journal_target_parsing_errors_total',
      'Entries of the journal that were passed over, by reason.',
    );
    errors.add(1, { error });
    this.#complaints.add({ source: this.#config.id, error, entry: text.slice(0, 200) });
  }

  #report({ isMissing, why }: Ended, count: number): void {
    const { logger, positions, meter } = this.#deps;
    const source = this.#config.id;
    meter
      .counter('sightline_journal_restarts_total', 'How often journalctl was started again.')
      .add(1);
    if (count === 0 && this.#cursor !== '' && /seek to cursor|cursor.*invalid/i.test(why)) {
      logger.warn('the journal does not know where it was left; it is read by age', { source });
      positions.delete(this.#positionKey);
      this.#cursor = '';
      return;
    }
    const said = isMissing ? 'missing' : why;
    if (said === this.#lastSaid) return;
    this.#lastSaid = said;
    if (isMissing) {
      logger.warn('the journal is not read: there is no journalctl on this machine', { source });
    } else logger.warn('journalctl has ended; it is started again', { source, why });
  }
}
