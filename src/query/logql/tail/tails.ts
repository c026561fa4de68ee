// Live tails: the last lines of a query, then every line that comes, once. Lines of this process come
// from its feed; where other processes write into the same store, that is asked every second as well.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { StoreReader } from '#store/contract.ts';
import type { LogqlEngine } from '../engine.ts';
import type { LogEntry } from '../eval/read-lines.ts';
import { selectStreamsOf } from '../eval/selection.ts';
import { newStats } from '../eval/stats.ts';
import { defaultLogqlLimits } from '../limits.ts';
import { LiveFeed } from './live-feed.ts';
import type { TailBudget, TailEncoding } from './message.ts';
import { pollStore } from './poll.ts';
import { TailGroup, TailMember } from './tail-group.ts';
import { compileTailQuery, type TailQuery, tailQueryOf } from './tail-query.ts';
import { TailQueue } from './tail-queue.ts';

export interface TailSettings {
  /** `query.tail_queue_bytes`: what may wait for one client. */
  readonly queueBytesMax: number;
  /** What may wait for all clients, of `memory.limit`. */
  readonly allQueuesBytesMax: number;
  /** `loki.max_tails`: clients of one tenant; 0: any number. */
  readonly tenantClientsMax: number;
  /** `query.max_entries`: lines of the past. */
  readonly entriesMax: number;
  readonly isStrict: boolean;
  /** Whether other processes write into the store, too. */
  readonly isShared: boolean;
}

export interface TailDeps {
  readonly engine: LogqlEngine;
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export interface TailRequest {
  readonly tenant: string;
  readonly query: string;
  readonly startNano: bigint;
  /** Most lines of the past, the last ones. */
  readonly limit: number;
  readonly delayMs: number;
  readonly encoding: TailEncoding;
}

/** Runs until `signal` aborts; `send` is not called again before it has resolved. */
export type Tail = (
  send: (message: Uint8Array) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

/** Lines of one question to a store that others write into, too. */
const pollEntriesMax = 5000;
/** Clocks of senders may be ahead of ours. */
const aheadNano = 900_000_000_000n;

export class Tails {
  readonly feed: LiveFeed;
  readonly #settings: TailSettings;
  readonly #deps: TailDeps;
  readonly #groups = new Map<string, { readonly group: TailGroup; readonly end: () => void }>();
  readonly #dropped;
  readonly #budget: TailBudget;
  /** Their numbers by tenant. */
  readonly #clients = new Map<string, number>();

  constructor(settings: TailSettings, deps: TailDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#budget = { bytes: 0, bytesMax: settings.allQueuesBytesMax };
    const { meter, reader } = deps;
    this.#dropped = meter.counter(
      'sightline_tail_dropped_lines_total',
      'Lines that a tail left out because its client was slow (query.tail_queue_bytes).',
    );
    const missed = meter.counter(
      'sightline_tail_missed_lines_total',
      'Lines that no tail looked at because too many were waiting.',
    );
    this.feed = new LiveFeed({ reader, missed });
    meter.observe(
      'sightline_tail_queue_bytes',
      'Lines that wait for clients of tails; what waits for many counts once.',
      () => this.#budget.bytes,
    );
    meter.observe('sightline_tail_clients', 'Clients that follow logs.', () => {
      return [...this.#clients.values()].reduce((sum, clients) => sum + clients, 0);
    });
    meter.observe(
      'sightline_tail_queries',
      'Different queries that are followed.',
      () => this.#groups.size,
    );
  }

  /**
   * What runs the tail; from its call on no line is missed. Throws InputError `logql_*`, `limit_entries`,
   * OperationError `log_tails_queue_full`, and what the store throws.
   */
  async open(request: TailRequest, opening: AbortSignal): Promise<Tail> {
    const { entriesMax, isStrict } = this.#settings;
    const query = compileTailQuery(request.query, { isStrict });
    if (request.limit > entriesMax) {
      throw new InputError(
        'limit_entries',
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${request.limit} > ${entriesMax})`,
        { hint: 'Raise query.max_entries.' },
      );
    }
    this.#assertRoom(request.tenant);
    const selecting = await this.#selecting(request, query, opening);
    return async (send, signal) => {
      // Others may have come in between.
      this.#assertRoom(request.tenant);
      const group = this.#join(request.tenant, selecting);
      const queue = this.#queueFor(request);
      const member = new TailMember({
        clock: this.#deps.clock,
        earlyBytesMax: this.#settings.queueBytesMax,
        emit: (message) => queue.add(message),
        onMiss: (lines) => queue.miss(lines, this.#deps.clock.nowNano()),
      });
      group.members.add(member);
      this.#count(request.tenant, 1);
      try {
        member.begin(await this.#history(request, signal));
        for (;;) {
          const message = await queue.next(signal);
          if (!message) return;
          await send(message);
        }
      } finally {
        this.#count(request.tenant, -1);
        queue.close();
        group.members.delete(member);
        this.#leave(group);
      }
    };
  }

  #assertRoom(tenant: string): void {
    const { tenantClientsMax } = this.#settings;
    const clients = (this.#clients.get(tenant) ?? 0) + 1;
    if (tenantClientsMax === 0 || clients <= tenantClientsMax) return;
    throw new OperationError(
      'log_tails_queue_full',
      `max concurrent tail requests limit exceeded, count > limit (${clients} > ${tenantClientsMax}, loki.max_tails)`,
      { retryable: true },
    );
  }

  #count(tenant: string, change: 1 | -1): void {
    const clients = (this.#clients.get(tenant) ?? 0) + change;
    if (clients === 0) this.#clients.delete(tenant);
    else this.#clients.set(tenant, clients);
  }

  /** As queries select: a name that is no label of any stream is one of structured metadata. */
  async #selecting(
    { tenant, startNano }: TailRequest,
    { expr, text }: TailQuery,
    signal: AbortSignal,
  ): Promise<TailQuery> {
    const { reader, clock } = this.#deps;
    const { isStrict } = this.#settings;
    const limits = defaultLogqlLimits;
    const read = { signal, timeoutMs: limits.timeoutMs };
    const asking = { reader, tenant, limits, isStrict, read, stats: newStats() };
    const toNano = clock.nowNano() + aheadNano;
    const window = { tenant, fromNano: startNano < toNano ? startNano : toNano, toNano };
    const { log } = await selectStreamsOf({ ...asking, pushDown: 'never' }, expr, window);
    return tailQueryOf(log, text);
  }

  #queueFor({ encoding, delayMs }: TailRequest): TailQueue {
    const { queueBytesMax: bytesMax } = this.#settings;
    const { clock } = this.#deps;
    const shared = { clock, dropped: this.#dropped, budget: this.#budget };
    return new TailQueue({ bytesMax, encoding, delayMs, ...shared });
  }

  /** What was committed before the group listened, and maybe some of what comes. */
  async #history(
    { tenant, query, startNano, limit }: TailRequest,
    signal: AbortSignal,
  ): Promise<readonly LogEntry[]> {
    const endNano = this.#deps.clock.nowNano() + aheadNano;
    if (startNano >= endNano) return [];
    const result = await this.#deps.engine.queryRange(query, {
      tenant,
      signal,
      startNano,
      endNano,
      limit,
      direction: 'backward',
      stepNano: endNano - startNano,
      intervalNano: 0n,
    });
    return result.kind === 'streams' ? [...result.entries].reverse() : [];
  }

  #join(tenant: string, query: TailQuery): TailGroup {
    const key = keyOf(tenant, query.text);
    const known = this.#groups.get(key);
    if (known) return known.group;
    const group = new TailGroup(tenant, query);
    const unlisten = this.feed.listen(group);
    const stopPolling = this.#settings.isShared ? this.#poll(group) : () => {};
    const end = (): void => {
      unlisten();
      stopPolling();
    };
    this.#groups.set(key, { group, end });
    return group;
  }

  #leave(group: TailGroup): void {
    if (group.members.size > 0) return;
    const key = keyOf(group.tenant, group.query.text);
    this.#groups.get(key)?.end();
    this.#groups.delete(key);
  }

  #poll(group: TailGroup): () => void {
    const { engine, clock, logger } = this.#deps;
    const { entriesMax } = this.#settings;
    const { tenant, query } = group;
    return pollStore({
      engine,
      clock,
      tenant,
      query: query.text,
      entriesMax: Math.min(entriesMax, pollEntriesMax),
      show: (entries) => group.show(entries),
      onError: (error) =>
        logger.warn('a tail could not ask the store', { error: messageOf(error) }),
    });
  }
}

const keyOf = (tenant: string, text: string): string => JSON.stringify([tenant, text]);
