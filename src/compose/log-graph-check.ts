// What is wrong with a graph of log collection, before anything of it runs.
import { InputError, messageOf } from '#lib/errors.ts';
import type {
  FileSource,
  LogCollectionConfig,
  LogNodeConfig,
  LogSourceConfig,
  TargetsConfig,
} from '#pipeline/log/collection-config.ts';
import type { StageTools } from '#processor/log-stage/definition.ts';
import { checkStages } from '#processor/log-stage/prepare-stages.ts';
import { formatProblem, type Place, type Problem } from '#prometheus-config/place.ts';
import { checkFileSource } from '#receiver/log-file/log-file-source.ts';
import { parseListenAddress } from '#receiver/log-source/listen-address.ts';

/** Throws InputError `log_collection_invalid` with everything that is wrong, each with its place. */
export function assertLogGraph(config: LogCollectionConfig, tools: StageTools): void {
  const problems = checkLogGraph(config, tools);
  if (problems.length === 0) return;
  throw new InputError('log_collection_invalid', problems.map(formatProblem).join('\n'));
}

/** Everything that is wrong. */
export const checkLogGraph = (config: LogCollectionConfig, tools: StageTools): Problem[] => [
  ...checkSources(config),
  ...checkNodes(config.nodes, tools),
  ...checkTargets(config.targets),
];

const problem = (place: Place, path: string, message: string): Problem => ({
  severity: 'error',
  place,
  path,
  message,
});

function checkSources({ sources, nodes, targets }: LogCollectionConfig): Problem[] {
  const nodeIds = new Set(nodes.map(({ id }) => id));
  const targetIds = new Set(targets.map(({ id }) => id));
  return sources.flatMap((source) => {
    const { id, place } = source;
    const named = 'targets' in source ? source.targets : [];
    return [
      ...(source.kind === 'file' ? fileProblems(source) : []),
      ...checkAddresses(source),
      ...missing(source.forwardTo, nodeIds).map((name) =>
        problem(place, id, `it forwards to ${name}, which is not there`),
      ),
      ...missing(named, targetIds).map((name) =>
        problem(place, id, `it takes targets of ${name}, which is not there`),
      ),
    ];
  });
}

function fileProblems(source: FileSource): Problem[] {
  try {
    checkFileSource(source);
    return [];
  } catch (error) {
    return [problem(source.place, source.id, messageOf(error))];
  }
}

function checkAddresses(source: LogSourceConfig): Problem[] {
  const { id } = source;
  const listeners =
    source.kind === 'syslog' ? source.listeners : source.kind === 'api' ? [source] : [];
  return listeners.flatMap(({ address, place }) =>
    parseListenAddress(address)
      ? []
      : [problem(place, id, `cannot listen on '${address}': it is not host:port`)],
  );
}

const missing = (names: readonly string[], known: ReadonlySet<string>): string[] =>
  names.filter((name) => !known.has(name));

function checkNodes(nodes: readonly LogNodeConfig[], tools: StageTools): Problem[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const next = (id: string): readonly string[] => {
    const node = known.get(id);
    return node && node.kind !== 'write' ? node.forwardTo : [];
  };
  return nodes.flatMap((node) => {
    const { id, place } = node;
    const loop = isInLoop(id, next) ? [problem(place, id, 'it forwards to itself in the end')] : [];
    if (node.kind === 'write') return loop;
    const absent = missing(node.forwardTo, new Set(known.keys())).map((name) =>
      problem(place, id, `it forwards to ${name}, which is not there`),
    );
    const wrong = node.kind === 'process' ? checkStages(node.stages, tools) : [];
    return [...loop, ...absent, ...wrong];
  });
}

function checkTargets(targets: readonly TargetsConfig[]): Problem[] {
  const known = new Map(targets.map((one) => [one.id, one]));
  const next = (id: string): readonly string[] => {
    const one = known.get(id);
    return one?.kind === 'relabel' ? one.from : [];
  };
  return targets.flatMap(({ id, place }) => [
    ...(isInLoop(id, next) ? [problem(place, id, 'it takes targets of itself in the end')] : []),
    ...missing(next(id), new Set(known.keys())).map((name) =>
      problem(place, id, `it takes targets of ${name}, which is not there`),
    ),
  ]);
}

function isInLoop(id: string, next: (id: string) => readonly string[]): boolean {
  const seen = new Set<string>();
  const open = [...next(id)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === id) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...next(at));
  }
  return false;
}
