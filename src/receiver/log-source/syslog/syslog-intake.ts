// Messages of one listener become entries: parsed as the listener says, labelled as Promtail names it
// (`__syslog_message_hostname`, …), then by the rules.
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { unlessAborted } from '#lib/unless-aborted.ts';
import type { SyslogListener } from '#pipeline/log/collection-config.ts';
import { type CollectedEntry, noReceipt } from '#pipeline/log/entry.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { Complaints } from '../../complaints.ts';
import type { Labelling } from '../labelling.ts';
import type { SourceContext } from '../source-context.ts';
import type { SyslogInstruments } from './instruments.ts';
import { facilityName, type SyslogMessage, severityName } from './message.ts';
import { parseRfc3164 } from './rfc3164.ts';
import { parseRfc5424 } from './rfc5424.ts';

/** Who sends. */
export interface SyslogPeer {
  readonly address: string;
  /** '' when nobody asks for it, or it has none. */
  readonly hostname: string;
}

export interface SyslogIntakeOptions {
  readonly listener: SyslogListener;
  readonly labels: LabelPairs;
  readonly labelling: Labelling;
  readonly instruments: SyslogInstruments;
  readonly context: SourceContext;
  /** Aborts when the source stops. */
  readonly signal: AbortSignal;
}

const prefix = '__syslog_message_';

export class SyslogIntake {
  readonly #options: SyslogIntakeOptions;
  readonly #complaints: Complaints;

  constructor(options: SyslogIntakeOptions) {
    this.#options = options;
    this.#complaints = new Complaints('syslog messages cannot be read', options.context);
  }

  /** Resolves when the next ones may come. Never rejects. */
  async take(frames: readonly Buffer[], peer: SyslogPeer): Promise<void> {
    const { context, instruments, signal } = this.#options;
    const entries = frames.flatMap((frame) => {
      const entry = this.#entryOf(frame.toString('utf8'), peer);
      return entry ? [entry] : [];
    });
    if (entries.length === 0) return;
    instruments.entries(entries.length);
    await unlessAborted(context.sink.write(entries), signal);
  }

  #entryOf(text: string, peer: SyslogPeer): CollectedEntry | undefined {
    const { listener, labelling, instruments, context } = this.#options;
    const message = this.#parse(text, peer);
    if (!message) return undefined;
    if (message.text === '') {
      instruments.empty();
      return undefined;
    }
    const labels = labelling(this.#knownOf(message, peer));
    if (!labels) return undefined;
    const said = listener.usesIncomingTime ? message.timeNano : undefined;
    return {
      labels,
      timeNano: said ?? context.times.take(1),
      line: listener.usesWholeMessage && listener.format === 'rfc5424' ? text : message.text,
      metadata: [],
      tenant: undefined,
      receipt: noReceipt,
    };
  }

  #parse(text: string, peer: SyslogPeer): SyslogMessage | undefined {
    const { listener, instruments, context } = this.#options;
    try {
      return parseAs(listener.format, text, context.clock);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      instruments.malformed();
      const first = text.slice(0, 200);
      const fields = { listener: listener.address, format: listener.format, from: peer.address };
      this.#complaints.add({ ...fields, error: error.message, message: first });
      return undefined;
    }
  }

  #knownOf(message: SyslogMessage, peer: SyslogPeer): Map<string, string> {
    const { listener, labels } = this.#options;
    const known = new Map([...labels, ...listener.labels]);
    known.set('__syslog_connection_ip_address', peer.address);
    known.set('__syslog_connection_hostname', peer.hostname);
    const { severity, facility, hostname, appName, procId, msgId } = message;
    if (severity !== undefined) known.set(`${prefix}severity`, severityName(severity));
    if (facility !== undefined) known.set(`${prefix}facility`, facilityName(facility));
    if (hostname !== undefined) known.set(`${prefix}hostname`, hostname);
    if (appName !== undefined) known.set(`${prefix}app_name`, appName);
    if (procId !== undefined) known.set(`${prefix}proc_id`, procId);
    if (msgId !== undefined) known.set(`${prefix}msg_id`, msgId);
    if (!listener.labelsStructuredData) return known;
    for (const { id, params } of message.structuredData) {
      const name = id.replaceAll('@', '_');
      for (const [param, value] of params) known.set(`${prefix}sd_${name}_${param}`, value);
    }
    return known;
  }
}

const unsaid: Omit<SyslogMessage, 'text'> = {
  facility: undefined,
  severity: undefined,
  timeNano: undefined,
  hostname: undefined,
  appName: undefined,
  procId: undefined,
  msgId: undefined,
  structuredData: [],
};

function parseAs(format: SyslogListener['format'], text: string, clock: Clock): SyslogMessage {
  if (format === 'rfc5424') return parseRfc5424(text);
  return format === 'rfc3164' ? parseRfc3164(text, clock.nowMs()) : { ...unsaid, text };
}
