// The files that `logs.files` names, as a graph of log collection.
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import type { StaticGroup } from '#prometheus-config/discovery-config.ts';

const syncPeriodMs = 10_000;
const pollMs = 250;
const lineBytesMax = 256 * 1024;

/** Undefined when nothing is named. */
export function logFilesConfig(files: readonly string[]): LogCollectionConfig | undefined {
  const patterns = withoutCutBraces(files).filter((pattern) => pattern !== '');
  if (patterns.length === 0) return undefined;
  const place = { file: 'logs.files', line: 1, column: 1 };
  const groups = patterns.map(
    (pattern): StaticGroup => ({
      targets: ['localhost'],
      labels: [
        ['__path__', pattern],
        ['job', 'files'],
      ],
    }),
  );
  return {
    targets: [
      {
        kind: 'discovery',
        id: 'logs.files',
        place,
        discoveries: [{ kind: 'static', place, groups }],
      },
    ],
    sources: [
      {
        kind: 'file',
        id: 'logs.files',
        place,
        targets: ['logs.files'],
        forwardTo: ['logs.files.write'],
        labels: [],
        encoding: undefined,
        decompression: 'auto',
        tailsFromEnd: false,
        syncPeriodMs,
        pollMs,
        ignoresOlderThanMs: 0,
        lineBytesMax,
      },
    ],
    nodes: [
      { kind: 'write', id: 'logs.files.write', place, externalLabels: [], tenant: undefined },
    ],
  };
}

/** A list is cut at commas, and so are the braces of its patterns: they are put together again. */
function withoutCutBraces(files: readonly string[]): string[] {
  const patterns: string[] = [];
  let depth = 0;
  for (const piece of files) {
    if (depth > 0) patterns.push(`${patterns.pop()},${piece}`);
    else patterns.push(piece);
    for (const character of piece.replace(/\\./g, '')) {
      if (character === '{') depth++;
      else if (character === '}') depth = Math.max(0, depth - 1);
    }
  }
  return patterns;
}
