// `limit`: so many lines per second; others wait or go away.
import type { Clock } from '#lib/clock.ts';
import { Lru } from '#lib/lru.ts';
import type { LimitStage } from '#pipeline/log/stage-config.ts';
import {
  defineStage,
  invalid,
  type StageContext,
  type StageEntry,
  type Step,
} from './definition.ts';

export const limitDropReason = 'ratelimit_drop_stage';

export const limit = defineStage<LimitStage>({
  kind: 'limit',
  doc: 'Lets so many lines per second through; others wait, or are dropped.',
  example: '- limit:\n    rate: 100\n    burst: 500\n    drop: true',
  prepare: (config) => {
    const { rate, burst, drops, byLabel } = config;
    if (!(rate > 0 && burst > 0)) throw invalid('limit stage failed to parse rate or burst');
    if (byLabel !== undefined && byLabel !== '' && !drops) {
      throw invalid('when ratelimiting by label, drop must be true');
    }
    return (context, next) => {
      if (!drops) return waiting(config, context, next);
      const allows = byLabel
        ? perLabel(config, context.clock, byLabel)
        : bucket(config, context.clock);
      return (entry) => {
        if (allows(entry)) next(entry);
        else context.drop(entry, limitDropReason);
      };
    };
  },
});

type Allows = (entry: StageEntry) => boolean;

/** A bucket of tokens; `waitMs` says when the next one is there. */
class Tokens {
  readonly #config: LimitStage;
  readonly #clock: Clock;
  #count: number;
  #filledMs: number;

  constructor(config: LimitStage, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#count = config.burst;
    this.#filledMs = clock.monotonicMs();
  }

  take(): boolean {
    this.#fill();
    if (this.#count < 1) return false;
    this.#count--;
    return true;
  }

  waitMs(): number {
    return Math.max(1, Math.ceil(((1 - this.#count) / this.#config.rate) * 1000));
  }

  #fill(): void {
    const nowMs = this.#clock.monotonicMs();
    const { rate, burst } = this.#config;
    this.#count = Math.min(burst, this.#count + ((nowMs - this.#filledMs) / 1000) * rate);
    this.#filledMs = nowMs;
  }
}

function bucket(config: LimitStage, clock: Clock): Allows {
  const tokens = new Tokens(config, clock);
  return () => tokens.take();
}

/** Fewer would make limits forget what they have let through; as in Promtail. */
const distinctLabelsLeast = 10_000;

/** The values that were not seen for the longest are forgotten when there are too many. */
function perLabel(config: LimitStage, clock: Clock, label: string): Allows {
  const known = new Lru<string, Tokens>(Math.max(config.distinctLabelsMax, distinctLabelsLeast));
  return ({ labels }) => {
    const value = labels.get(label);
    if (value === undefined) return true;
    let tokens = known.get(value);
    if (!tokens) {
      tokens = new Tokens(config, clock);
      known.set(value, tokens);
    }
    return tokens.take();
  };
}

/** The sender waits as long as lines wait here, so there are never more than it sent at once. */
function waiting(config: LimitStage, context: StageContext, next: Step): Step {
  const { clock, after, onStop, onWaiting } = context;
  const tokens = new Tokens(config, clock);
  let queue: StageEntry[] = [];
  let cancel: (() => void) | undefined;
  const handOn = (allows: () => boolean): void => {
    let count = 0;
    while (count < queue.length && allows()) next(queue[count++] as StageEntry);
    queue = queue.slice(count);
    cancel =
      queue.length > 0 ? after(tokens.waitMs(), () => handOn(() => tokens.take())) : undefined;
    for (; count > 0; count--) onWaiting(-1);
  };
  onStop(() => {
    cancel?.();
    handOn(() => true);
  });
  return (entry) => {
    if (queue.length === 0 && tokens.take()) {
      next(entry);
      return;
    }
    queue.push(entry);
    onWaiting(1);
    cancel ??= after(tokens.waitMs(), () => handOn(() => tokens.take()));
  };
}
