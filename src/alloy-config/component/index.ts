// The components that are run here, one line each.
import type { Component } from './component.ts';
import { otherDiscoveries, ownDiscoveries } from './discovery.ts';
import { fileMatch, localFile } from './local.ts';
import { lokiProcess } from './loki-process.ts';
import { lokiSourceDocker, lokiSourceKubernetes } from './loki-source-container.ts';
import { lokiSourceFile } from './loki-source-file.ts';
import { lokiSourceJournal } from './loki-source-journal.ts';
import { lokiSourceApi, lokiSourceSyslog } from './loki-source-network.ts';
import { lokiEcho, lokiWrite } from './loki-write.ts';
import { discoveryRelabel, lokiRelabel } from './relabel.ts';

export const components: Readonly<Record<string, Component>> = {
  ...ownDiscoveries,
  ...otherDiscoveries,
  'discovery.relabel': discoveryRelabel,
  'local.file': localFile,
  'local.file_match': fileMatch,
  'loki.echo': lokiEcho,
  'loki.process': lokiProcess,
  'loki.relabel': lokiRelabel,
  'loki.source.api': lokiSourceApi,
  'loki.source.docker': lokiSourceDocker,
  'loki.source.file': lokiSourceFile,
  'loki.source.journal': lokiSourceJournal,
  'loki.source.kubernetes': lokiSourceKubernetes,
  'loki.source.syslog': lokiSourceSyslog,
  'loki.write': lokiWrite,
};
