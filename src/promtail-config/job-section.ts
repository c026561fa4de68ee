// How one of `scrape_configs` is read. Sources that need somebody else's broker, cloud or operating
// system are refused with their reason: a file that names one would lose its lines.
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import { discoveriesField } from '#prometheus-config/discovery-section.ts';
import type { Cursor } from '#prometheus-config/reading.ts';
import {
  finishRelabel,
  relabelList,
  type WrittenRelabelConfig,
} from '#prometheus-config/relabel-section.ts';
import { field, optional, placeField, section, type Written } from '#prometheus-config/section.ts';
import { flag, list, type Type, text } from '#prometheus-config/type.ts';
import type { PromtailJob } from './config.ts';
import { journalSection, pushApiSection, syslogSection } from './source-section.ts';
import { pipelineStages } from './stage/stages.ts';
import { anyCase, needed, optionalText, passedOver, readOnly } from './type.ts';

const refusedSources: Readonly<Record<string, string>> = {
  windows_events: 'the Windows event log is not read here',
  kafka: 'Kafka is not read here; let a consumer push to /loki/api/v1/push',
  azure_event_hub: 'Azure Event Hubs are not read here',
  azure_event_hubs: 'Azure Event Hubs are not read here',
  gcplog: 'Google Cloud Pub/Sub is not read here',
  gelf: 'GELF is not received here; send syslog or push instead',
  cloudflare: "Cloudflare's Logpull API is not read here",
  heroku_drain: "Heroku's drains are not received here",
};

interface WrittenDecompression {
  readonly isEnabled: boolean;
  readonly format: 'gz' | 'z' | 'bz2';
  readonly others: undefined;
}
const decompressionSection = section<WrittenDecompression>({
  isEnabled: field('enabled', flag),
  format: field('format', anyCase(['gz', 'z', 'bz2'] as const, 'gz')),
  others: passedOver(['initial_delay', 'initial_sleep']),
});

/** Promtail's own; Prometheus has none. Its keys are those of Consul's. */
const consulAgent: Type<DiscoveryConfig> = readOnly<DiscoveryConfig>(
  { kind: 'other', name: 'consulagent', shown: {}, place: { file: '', line: 1, column: 1 } },
  (node, at) => {
    at.warn(node.place, 'targets of consulagent_sd_configs are not discovered by Sightline yet');
    return { kind: 'other', name: 'consulagent', shown: {}, place: node.place };
  },
);

interface WrittenJob extends Omit<PromtailJob, 'relabel' | 'decompression'> {
  readonly consulAgents: readonly DiscoveryConfig[];
  readonly relabel: readonly WrittenRelabelConfig[];
  readonly compressed: WrittenDecompression | undefined;
  readonly refused: undefined;
}

const written = section<WrittenJob>(
  {
    place: placeField,
    name: needed('job_name', text),
    stages: field('pipeline_stages', pipelineStages),
    relabel: field('relabel_configs', relabelList('relabeling rule')),
    discoveries: discoveriesField,
    consulAgents: field('consulagent_sd_configs', list(consulAgent)),
    journal: field('journal', optional(journalSection)),
    syslog: field('syslog', optional(syslogSection)),
    pushApi: field('loki_push_api', optional(pushApiSection)),
    encoding: field('encoding', optionalText),
    compressed: field('decompression', optional(decompressionSection)),
    refused: passedOver(Object.keys(refusedSources)),
  },
  {
    ignored: {
      entry_parser: 'is now pipeline_stages; ignored',
      // The Prometheus section that the job is based on has it.
      metric_relabel_configs: 'there are no metrics to relabel; ignored',
    },
    check: checkJob,
  },
);

function checkJob(job: WrittenJob, { entries }: Written, at: Cursor): undefined {
  for (const [key, why] of Object.entries(refusedSources)) {
    const entry = entries.get(key);
    if (entry) at.key(key).error(entry.keyPlace, why);
  }
  for (const discovery of job.discoveries) {
    if (discovery.kind !== 'static') continue;
    const hasPath = discovery.groups.some(({ labels }) => labels.some(([n]) => n === '__path__'));
    const mayGetPath = job.relabel.some(
      ({ action, targetLabel }) => action === 'labelmap' || targetLabel === '__path__',
    );
    const hasOther = job.journal ?? job.syslog ?? job.pushApi;
    if (hasPath || mayGetPath || hasOther || discovery.groups.length === 0) continue;
    at.key('static_configs').warn(discovery.place, 'no __path__ among the labels: no file is read');
  }
}

export const jobSection = {
  ...written,
  finish: ({
    relabel,
    compressed,
    consulAgents,
    refused: _,
    ...rest
  }: WrittenJob): PromtailJob => ({
    ...rest,
    relabel: relabel.map((rule) => finishRelabel(rule, 'utf8')),
    decompression: compressed?.isEnabled ? compressed.format : 'none',
    discoveries: [...rest.discoveries, ...consulAgents].map((found) =>
      found.kind === 'static'
        ? {
            ...found,
            // Promtail looks for files by the labels; a group that names no target has one all the same.
            groups: found.groups.map((group) =>
              group.targets.length > 0 ? group : { ...group, targets: ['localhost'] },
            ),
          }
        : found,
    ),
  }),
};
