// What the server is set to, by the names of Tempo's configuration, and how its status pages print it.

export type SettingValue = string | number | boolean | readonly (string | number)[];

export interface TempoSetting {
  /** Dotted, as in Tempo's YAML: `server.http_listen_port`. */
  readonly name: string;
  readonly value: SettingValue;
  readonly default: SettingValue;
}

export type SettingsMode = '' | 'diff' | 'defaults';

/** As YAML, in the order given; `diff` has only what differs from its default. */
export function settingsYaml(settings: readonly TempoSetting[], mode: SettingsMode = ''): string {
  const root: Tree = new Map();
  for (const setting of settings) {
    const value = mode === 'defaults' ? setting.default : setting.value;
    if (mode === 'diff' && printed(value) === printed(setting.default)) continue;
    const path = setting.name.split('.');
    const last = path.pop() as string;
    branchOf(root, path).set(last, value);
  }
  return root.size === 0 ? '{}\n' : linesOf(root, '').join('');
}

/** The settings below a name, as an object: `overrides.defaults` → `{ metrics_generator: … }`. */
export function settingsBelow(settings: readonly TempoSetting[], name: string): object {
  const root: Tree = new Map();
  for (const setting of settings) {
    if (!setting.name.startsWith(`${name}.`)) continue;
    const path = setting.name.slice(name.length + 1).split('.');
    const last = path.pop() as string;
    branchOf(root, path).set(last, setting.value);
  }
  return objectOf(root);
}

type Tree = Map<string, SettingValue | Tree>;

function branchOf(root: Tree, path: readonly string[]): Tree {
  let tree = root;
  for (const name of path) {
    const next = tree.get(name);
    const branch: Tree = next instanceof Map ? next : new Map();
    tree.set(name, branch);
    tree = branch;
  }
  return tree;
}

const linesOf = (tree: Tree, indent: string): string[] =>
  [...tree].flatMap(([name, value]) =>
    value instanceof Map
      ? [`${indent}${name}:\n`, ...linesOf(value, `${indent}    `)]
      : [`${indent}${name}: ${printed(value)}\n`],
  );

/** Texts and lists of JSON are YAML too. */
const printed = (value: SettingValue): string =>
  typeof value === 'string' && /^[a-z][\w-]*$/.test(value) ? value : JSON.stringify(value);

const objectOf = (tree: Tree): object =>
  Object.fromEntries(
    [...tree].map(([name, value]) => [name, value instanceof Map ? objectOf(value) : value]),
  );
