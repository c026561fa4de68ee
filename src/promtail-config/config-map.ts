// A Promtail file in a ConfigMap of Kubernetes: the text under `data` is read as the file that it is, with
// the places of the manifest.
import type { Place, Problem } from '#prometheus-config/place.ts';
import { parseYaml, type YamlNode, type YamlScalar } from '#prometheus-config/yaml-tree.ts';

/** The tree of the Promtail file in it; the tree itself when it is no ConfigMap with one. */
export function promtailTreeIn(
  tree: YamlNode,
  { text, file, problems }: { text: string; file: string; problems: Problem[] },
): YamlNode | undefined {
  const scalar = promtailTextIn(tree);
  if (!scalar) return tree;
  const own: Problem[] = [];
  const inner = parseYaml(scalar.text, file, own);
  const shift = shiftOf(scalar, text);
  problems.push(...own.map((problem) => ({ ...problem, place: shift(problem.place) })));
  return inner && shifted(inner, shift);
}

const valueOfKey = (node: YamlNode | undefined, name: string): YamlNode | undefined =>
  node?.kind === 'map' ? node.entries.find(({ key }) => key === name)?.value : undefined;

function promtailTextIn(tree: YamlNode): YamlScalar | undefined {
  const kind = valueOfKey(tree, 'kind');
  const data = valueOfKey(tree, 'data');
  if (kind?.kind !== 'scalar' || kind.text !== 'ConfigMap' || data?.kind !== 'map')
    return undefined;
  for (const { value } of data.entries) {
    if (value.kind === 'scalar' && /^scrape_configs:/m.test(value.text)) return value;
  }
  return undefined;
}

/** A block of text begins on the line behind its `|`, at the indentation of its first line. */
function shiftOf({ place }: YamlScalar, text: string): (inner: Place) => Place {
  const below = text.split('\n').slice(place.line);
  const first = below.find((line) => line.trim() !== '') ?? '';
  const indentation = first.length - first.trimStart().length;
  return ({ file, line, column }) => ({
    file,
    line: line + place.line,
    column: column + indentation,
  });
}

function shifted(node: YamlNode, shift: (inner: Place) => Place): YamlNode {
  const place = shift(node.place);
  if (node.kind === 'list') {
    return { ...node, place, items: node.items.map((item) => shifted(item, shift)) };
  }
  if (node.kind !== 'map') return { ...node, place };
  const entries = node.entries.map(({ key, keyPlace, value }) => ({
    key,
    keyPlace: shift(keyPlace),
    value: shifted(value, shift),
  }));
  return { ...node, place, entries };
}
