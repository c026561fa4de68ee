// A Promtail file as a graph: per job its targets, its sources and its stages; one node per client that
// says something of its own.
import type {
  DockerSource,
  FileSource,
  LogCollectionConfig,
  LogNodeConfig,
  LogSourceConfig,
  TargetsConfig,
} from '#pipeline/log/collection-config.ts';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import type {
  DiscoveryConfig,
  DockerDiscoveryConfig,
} from '#prometheus-config/discovery-config.ts';
import type { PromtailFile, PromtailJob, PromtailLimits } from './config.ts';
import { fileDefaults } from './file-defaults.ts';

export function graphOf(file: PromtailFile): LogCollectionConfig {
  const writes = writeNodes(file);
  const forwardTo = writes.map(({ id }) => id);
  const names = uniqueNames(file.jobs);
  const jobs = file.jobs.map((job, i) =>
    jobGraph(job, { id: names[i] as string, file, forwardTo }),
  );
  return {
    targets: jobs.flatMap(({ targets }) => targets),
    sources: jobs.flatMap(({ sources }) => sources),
    nodes: [...jobs.flatMap(({ nodes }) => nodes), ...writes],
  };
}

/** Clients that add the same labels and name the same tenant would write the same lines twice. */
function writeNodes({ clients }: PromtailFile): LogNodeConfig[] {
  const seen = new Map<string, LogNodeConfig>();
  for (const { place, externalLabels, tenant } of clients) {
    const key = JSON.stringify([externalLabels, tenant]);
    const id = `client${seen.size === 0 ? '' : seen.size + 1}`;
    if (!seen.has(key)) seen.set(key, { kind: 'write', id, place, externalLabels, tenant });
  }
  return [...seen.values()];
}

function uniqueNames(jobs: readonly PromtailJob[]): string[] {
  const given = new Set(jobs.map(({ name }) => name));
  const taken = new Set<string>();
  return jobs.map(({ name }) => {
    let unique = name;
    for (let n = 2; taken.has(unique) || (n > 2 && given.has(unique)); n++) unique = `${name}#${n}`;
    taken.add(unique);
    return unique;
  });
}

interface JobContext {
  readonly id: string;
  readonly file: PromtailFile;
  readonly forwardTo: readonly string[];
}

function jobGraph(job: PromtailJob, context: JobContext): LogCollectionConfig {
  const { id, place } = { ...context, place: job.place };
  const stages = [...job.stages, ...limitStages(context.file.limits)];
  const nodes: LogNodeConfig[] =
    stages.length === 0
      ? []
      : [{ kind: 'process', id: `${id}/stages`, place, stages, forwardTo: context.forwardTo }];
  const forwardTo = stages.length === 0 ? context.forwardTo : [`${id}/stages`];
  const targets: TargetsConfig[] = [];
  const sources: LogSourceConfig[] = [];
  const found = job.discoveries.filter(({ kind }) => kind !== 'docker');
  if (found.length > 0) {
    targets.push({ kind: 'discovery', id: `${id}/found`, place, discoveries: found });
    const of = relabelled(job, id, targets);
    sources.push(fileSource(job, { ...context, forwardTo }, of));
  }
  job.discoveries.filter(isDocker).forEach((docker, i) => {
    const dockerId = `${id}/docker${i === 0 ? '' : i + 1}`;
    targets.push({
      kind: 'discovery',
      id: `${dockerId}/found`,
      place: docker.place,
      discoveries: [docker],
    });
    sources.push(dockerSource(job, docker, { id: dockerId, forwardTo }));
  });
  sources.push(...ownSources(job, { id, forwardTo }));
  return { targets, sources, nodes };
}

const isDocker = (
  discovery: DiscoveryConfig,
): discovery is DockerDiscoveryConfig & Pick<DiscoveryConfig, 'place'> =>
  discovery.kind === 'docker';

/** The id of the targets after the job's rules. */
function relabelled({ relabel: rules, place }: PromtailJob, id: string, all: TargetsConfig[]) {
  if (rules.length === 0) return `${id}/found`;
  all.push({ kind: 'relabel', id: `${id}/targets`, place, from: [`${id}/found`], rules });
  return `${id}/targets`;
}

const fileSource = (
  job: PromtailJob,
  { id, file, forwardTo }: JobContext,
  targets: string,
): FileSource => ({
  ...fileDefaults,
  kind: 'file',
  id: `${id}/files`,
  place: job.place,
  forwardTo,
  labels: [],
  targets: [targets],
  encoding: job.encoding,
  decompression: job.decompression,
  syncPeriodMs: file.syncPeriodMs,
  pollMs: file.pollMs,
  positionsFile: file.positionsFile,
  isOfThisHost: true,
});

const dockerSource = (
  { relabel }: PromtailJob,
  docker: DockerDiscoveryConfig & Pick<DiscoveryConfig, 'place'>,
  { id, forwardTo }: Pick<JobContext, 'id' | 'forwardTo'>,
): DockerSource => ({
  kind: 'docker',
  id,
  place: docker.place,
  forwardTo,
  labels: [],
  host: docker.host,
  http: docker.http,
  targets: [`${id}/found`],
  relabel,
  refreshMs: docker.refreshIntervalMs,
});

function ownSources(
  { journal, syslog, pushApi, relabel }: PromtailJob,
  { id, forwardTo }: Pick<JobContext, 'id' | 'forwardTo'>,
): LogSourceConfig[] {
  const sources: LogSourceConfig[] = [];
  const shared = { forwardTo, relabel };
  if (journal) {
    const { place, labels, path, maxAgeMs, isJson, matches } = journal;
    const own = { path, ageMsMax: maxAgeMs, asJson: isJson, matches };
    sources.push({ ...shared, kind: 'journal', id: `${id}/journal`, place, labels, ...own });
  }
  if (syslog) {
    const { idleTimeoutMs, maxMessageBytes, tls, place, ...same } = syslog;
    const listener = {
      ...same,
      place,
      idleMsMax: idleTimeoutMs,
      messageBytesMax: maxMessageBytes,
      tls: tls && { certFile: tls.certFile, keyFile: tls.keyFile, caFile: tls.caFile },
    };
    const { others: _, ...plain } = listener as typeof listener & { others?: unknown };
    const listeners = [plain];
    sources.push({ ...shared, kind: 'syslog', id: `${id}/syslog`, place, labels: [], listeners });
  }
  if (pushApi) {
    const { place, labels, usesIncomingTime, server } = pushApi;
    const address = `${server.address}:${server.port || PUSH_PORT}`;
    const own = { address, usesIncomingTime };
    sources.push({ ...shared, kind: 'api', id: `${id}/push`, place, labels, ...own });
  }
  return sources;
}

/** Promtail's servers listen there unless told otherwise. */
const PUSH_PORT = 80;

/** What `limits_config` says of every job. Rates are per job here, not of all jobs together. */
function limitStages(limits: PromtailLimits): StageConfig[] {
  const { place, lineBytesMax } = limits;
  const stages: StageConfig[] = [];
  if (limits.isRateLimited) {
    const { rate, burst, dropsAboveRate: drops } = limits;
    const perLabel = { byLabel: undefined, distinctLabelsMax: 10_000 };
    stages.push({ kind: 'limit', place, rate, burst, drops, ...perLabel });
  }
  if (lineBytesMax === 0) return stages;
  if (limits.cutsLongLines) {
    const rule = { sourceType: 'line', sources: [], limitBytes: lineBytesMax, suffix: '' } as const;
    stages.push({ kind: 'truncate', place, rules: [rule] });
  } else {
    stages.push({
      kind: 'drop',
      place,
      sources: [],
      separator: ';',
      expression: undefined,
      value: undefined,
      olderThanMs: undefined,
      longerThanBytes: lineBytesMax,
      dropReason: 'line_too_long',
    });
  }
  return stages;
}
