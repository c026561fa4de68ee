// Path → route. Mounts by longest prefix, inside a mount a tree of segments where a literal is
// preferred to `:name` and both to a last `*`. Pure: no sockets, no requests.
import { InputError } from '#lib/errors.ts';
import type { Mount, Route } from './route.ts';

export type RouteMatch =
  | {
      readonly kind: 'found';
      readonly route: Route;
      readonly mount: Mount;
      /** Without the prefix. */
      readonly path: string;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'method'; readonly mount: Mount; readonly allow: readonly string[] }
  | { readonly kind: 'none'; readonly mount: Mount | undefined };

export interface Router {
  /** `path` is percent-encoded and without the query string. */
  match(method: string, path: string): RouteMatch;
}

interface Leaf {
  readonly route: Route;
  /** Names of the parameters in the order of the path. */
  readonly names: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  param: Node | undefined;
  readonly leaves: Map<string, Leaf>;
  readonly restLeaves: Map<string, Leaf>;
}

export function createRouter(mounts: readonly Mount[]): Router {
  const ordered = [...mounts]
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .map((mount) => ({ mount, root: buildTree(mount.routes) }));
  return {
    match(method, path) {
      for (const { mount, root } of ordered) {
        const rest = withoutPrefix(path, mount.prefix);
        if (rest !== undefined) return matchInMount(mount, root, method, rest);
      }
      return { kind: 'none', mount: undefined };
    },
  };
}

function withoutPrefix(path: string, prefix: string): string | undefined {
  if (prefix === '') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

const createNode = (): Node => ({
  literals: new Map(),
  param: undefined,
  leaves: new Map(),
  restLeaves: new Map(),
});

function buildTree(routes: readonly Route[]): Node {
  const root = createNode();
  for (const route of routes) {
    const names: string[] = [];
    let node = root;
    let leaves = node.leaves;
    for (const segment of route.path.slice(1).split('/')) {
      if (segment === '*') {
        names.push('*');
        leaves = node.restLeaves;
        break;
      }
      if (segment.startsWith(':')) {
        names.push(segment.slice(1));
        node.param ??= createNode();
        node = node.param;
      } else {
        const next = node.literals.get(segment) ?? createNode();
        node.literals.set(segment, next);
        node = next;
      }
      leaves = node.leaves;
    }
    for (const method of route.methods) leaves.set(method, { route, names });
  }
  return root;
}

interface Found {
  readonly leaves: ReadonlyMap<string, Leaf>;
  readonly values: readonly string[];
}

function matchInMount(mount: Mount, root: Node, method: string, path: string): RouteMatch {
  const found = find(root, path.slice(1).split('/'), 0, []);
  if (!found) return { kind: 'none', mount };
  const leaf =
    found.leaves.get(method) ?? (method === 'HEAD' ? found.leaves.get('GET') : undefined);
  if (!leaf) return { kind: 'method', mount, allow: allowedMethods(found.leaves) };
  const params: Record<string, string> = {};
  leaf.names.forEach((name, i) => {
    params[name] = decodeSegment(found.values[i] as string);
  });
  return { kind: 'found', route: leaf.route, mount, path, params };
}

/** Depth first, so that `/a/:x/c` is found when `/a/b` exists but `/a/b/c` does not. */
function find(
  node: Node,
  segments: readonly string[],
  at: number,
  values: string[],
): Found | undefined {
  if (at === segments.length)
    return node.leaves.size > 0 ? { leaves: node.leaves, values } : undefined;
  const segment = segments[at] as string;
  const literal = node.literals.get(segment);
  const below = literal && find(literal, segments, at + 1, values);
  if (below) return below;
  if (node.param && segment !== '') {
    const byParam = find(node.param, segments, at + 1, [...values, segment]);
    if (byParam) return byParam;
  }
  if (node.restLeaves.size === 0) return undefined;
  return { leaves: node.restLeaves, values: [...values, segments.slice(at).join('/')] };
}

function allowedMethods(leaves: ReadonlyMap<string, Leaf>): string[] {
  const allow = new Set(leaves.keys());
  if (allow.has('GET')) allow.add('HEAD');
  allow.add('OPTIONS');
  return [...allow].sort();
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new InputError(
      'http_bad_path',
      `cannot read the path: '${text}' is not percent-encoded`,
      {
        cause,
      },
    );
  }
}
