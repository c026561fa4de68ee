// The import law: parses the table of ARCHITECTURE.md and finds the imports that break it.
import {
  type Import,
  importsOf,
  isProgram,
  isTest,
  type SourceFile,
  targetOf,
} from './source-file.ts';

/** Folder (or file directly in src/, without its extension) → what it may import. */
export type ImportLaw = ReadonlyMap<string, ReadonlySet<string> | 'everything'>;

/** In: ARCHITECTURE.md. Rows look like `| receiver | pipeline, codec, lib |`; `—` is nothing. */
export function parseImportLaw(markdown: string): ImportLaw {
  const law = new Map<string, ReadonlySet<string> | 'everything'>();
  const table = /\| *folder *\| *may import *\|\n\|[-| ]+\|\n((?:\|.*\|\n?)+)/.exec(markdown);
  if (!table) throw new Error('ARCHITECTURE.md has no table `| folder | may import |`');
  for (const row of (table[1] as string).trim().split('\n')) {
    const [, folders = '', allowed = ''] = row.split('|').map((cell) => cell.trim());
    const names = allowed.split(/[,;]/).map((name) => name.replace(/\(.*/, '').trim());
    const value =
      allowed === 'everything'
        ? ('everything' as const)
        : new Set(names.filter((name) => name !== '—' && name !== ''));
    for (const folder of folders.split(',')) law.set(folder.trim(), value);
  }
  return law;
}

const layerOf = (path: string): string => (path.split('/')[1] as string).replace(/\.tsx?$/, '');
const siblingLayers = ['receiver', 'processor', 'connector', 'exporter', 'codec', 'api'];
const languages = ['promql', 'logql', 'traceql'];
const enginePackages = /^(ffi-rs|@clickhouse\/client|chdb|@chdb\/)/;
const browserPhases = /^src\/query\/[^/]+\/(syntax|check|function|stage|operator|intrinsic)\//;
const mayNotUseNode = (path: string): boolean =>
  /^src\/(model|sql)\//.test(path) || browserPhases.test(path);

/** One sentence per breach, which says what to do. */
export function findImportBreaches(files: readonly SourceFile[], law: ImportLaw): string[] {
  const program = files.filter((file) => file.path.startsWith('src/') && /\.tsx?$/.test(file.path));
  const breaches: string[] = [];
  for (const file of program) {
    for (const entry of importsOf(file)) {
      const why = breachOf(file, entry, law);
      if (why) breaches.push(`${file.path}:${entry.line}: ${why}`);
    }
  }
  return [...breaches, ...findNodeImportsOfTheBrowser(program)];
}

function breachOf(file: SourceFile, entry: Import, law: ImportLaw): string | undefined {
  const target = targetOf(file, entry.specifier);
  if (target === undefined) return packageBreach(file, entry.specifier);
  // A test may build what it tests out of anything.
  if (isTest(file)) return undefined;
  if (!target.startsWith('src/')) return `must not import ${target}: only src/ ships`;
  const from = layerOf(file.path);
  const to = layerOf(target);
  const allowed = law.get(from);
  if (!allowed) return `folder '${from}' is not in the import table of ARCHITECTURE.md; add it`;
  if (from === to) return siblingBreach(file.path, target);
  const isDirectlyInSrc = target.split('/').length === 2;
  if (entry.specifier.startsWith('../') && !isDirectlyInSrc) {
    return `leaves its folder by a relative path; write '#${target.slice(4)}'`;
  }
  if (allowed !== 'everything' && !allowed.has(to)) {
    return `${from} may not import ${to} (ARCHITECTURE.md, "Who may import whom"); move what is shared down, or let sightline.ts pass it in`;
  }
  return from === 'web' ? webBreach(target, entry) : undefined;
}

function packageBreach(file: SourceFile, specifier: string): string | undefined {
  if (enginePackages.test(specifier) && !file.path.startsWith('src/store/driver/')) {
    return isTest(file) ? undefined : `only src/store/driver may import ${specifier}`;
  }
  if (specifier.startsWith('node:') && mayNotUseNode(file.path) && !isTest(file)) {
    return `imports ${specifier}, but this folder also runs in the browser; take what you need as a parameter`;
  }
  return undefined;
}

function siblingBreach(from: string, to: string): string | undefined {
  const [, layer = '', one = '', oneRest] = from.split('/');
  const [, , other = '', otherRest] = to.split('/');
  const isBetweenFolders = oneRest !== undefined && otherRest !== undefined && one !== other;
  if (!isBetweenFolders) return undefined;
  if (siblingLayers.includes(layer)) {
    return `${layer}/${one} may not import its sibling ${layer}/${other}; move what is shared down`;
  }
  if (layer === 'query' && languages.includes(one) && languages.includes(other)) {
    return `${one} may not import ${other}; what languages share lives in query/vector`;
  }
  if (layer === 'query' && one === 'vector' && languages.includes(other)) {
    return `query/vector may not import ${other}: it is what the languages share`;
  }
  return undefined;
}

function webBreach(target: string, entry: Import): string | undefined {
  if (target.startsWith('src/api/') && !(entry.isTypeOnly && /-type\.ts$/.test(target))) {
    return "web may import of api only types, from files '*-type.ts', by `import type`";
  }
  if (target.startsWith('src/query/') && !entry.isTypeOnly && !browserPhases.test(target)) {
    return 'web may import of query only syntax, check, function, operator, stage and intrinsic';
  }
  return undefined;
}

/** Whatever the web reaches runs in a browser, so none of it may import `node:*`. */
function findNodeImportsOfTheBrowser(program: readonly SourceFile[]): string[] {
  const byPath = new Map(program.map((file) => [file.path, file]));
  const waiting = program.filter((file) => file.path.startsWith('src/web/') && isProgram(file));
  const reachedFrom = new Map<string, string>(waiting.map((file) => [file.path, file.path]));
  const breaches: string[] = [];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    for (const { specifier, isTypeOnly, line } of importsOf(file)) {
      if (isTypeOnly) continue;
      const origin = reachedFrom.get(file.path) as string;
      if (specifier.startsWith('node:')) {
        breaches.push(
          `${file.path}:${line}: imports ${specifier}, but ${origin} brings it to the browser`,
        );
      }
      const target = byPath.get(targetOf(file, specifier) ?? '');
      if (target && !reachedFrom.has(target.path)) {
        reachedFrom.set(target.path, origin);
        waiting.push(target);
      }
    }
  }
  return breaches;
}
