// What a push request says, as entries of a graph: labels of the stream and of the source, then the rules.
import type { PushSink } from '#codec/loki-push/sink.ts';
import type { Pairs } from '#model/canonical.ts';
import type { CollectedEntry, Receipt } from '#pipeline/log/entry.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { Labelling } from '../labelling.ts';
import type { LineTimes } from '../source-context.ts';

export interface PushedOptions {
  readonly labels: LabelPairs;
  readonly labelling: Labelling;
  readonly usesIncomingTime: boolean;
  readonly times: LineTimes;
  /** '' is none. */
  readonly tenant: string;
  readonly receipt: Receipt;
}

const utf8 = new TextDecoder();

export class PushedEntries implements PushSink {
  readonly entries: CollectedEntry[] = [];
  streamCount = 0;
  readonly #options: PushedOptions;
  /** Undefined: the rules drop the stream. */
  #labels: ReadonlyMap<string, string> | undefined;

  constructor(options: PushedOptions) {
    this.#options = options;
  }

  stream(labels: Pairs): void {
    const { labels: own, labelling } = this.#options;
    this.streamCount++;
    this.#labels = labelling(new Map([...labels, ...own]));
  }

  entry(timeNano: bigint, line: string, metadata: Pairs): void {
    if (!this.#labels) return;
    const { usesIncomingTime, times, tenant, receipt } = this.#options;
    receipt.hold();
    this.entries.push({
      labels: new Map(this.#labels),
      timeNano: usesIncomingTime ? timeNano : times.take(1),
      line,
      metadata: metadata.map(([name, value]) => [name, value]),
      tenant: tenant === '' ? undefined : tenant,
      receipt,
    });
  }

  entryBytes(
    second: number,
    nano: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    metadata: Pairs,
  ): void {
    const timeNano = BigInt(second) * 1_000_000_000n + BigInt(nano);
    this.entry(timeNano, utf8.decode(bytes.subarray(from, to)), metadata);
  }
}
