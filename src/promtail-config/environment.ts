// `${NAME}` and `${NAME:-default}` in a Promtail file. Promtail fills them in only with
// -config.expand-env; here a variable that is set is always filled in, and one that is not stays as it
// is written: `${1}` and `${name}` of a replacement are none of the environment's.
import type { Cursor } from '#prometheus-config/reading.ts';
import type { YamlNode } from '#prometheus-config/yaml-tree.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const variable = /\$\{([A-Za-z_]\w*)(?:(:?[-=])([^{}]*))?\}/g;

/** Keys whose values name groups of an expression. */
const templated = new Set(['replacement', 'target_label', 'replace', 'template']);

/** The tree with its variables filled in; warns of those that are not set. */
export function expandTree(node: YamlNode, env: Environment, at: Cursor): YamlNode {
  switch (node.kind) {
    case 'null':
      return node;
    case 'scalar': {
      if (!node.text.includes('${')) return node;
      const text = node.text.replace(
        variable,
        (whole, name: string, operator?: string, fallback = '') => {
          const value = env[name];
          if (value !== undefined && (value !== '' || !operator?.startsWith(':'))) return value;
          if (operator !== undefined) return fallback;
          const isGroup = templated.has(at.path.split('.').at(-1) ?? '');
          if (!isGroup) at.warn(node.place, `the variable ${name} is not set; left as it is`);
          return whole;
        },
      );
      return { ...node, text };
    }
    case 'list':
      return { ...node, items: node.items.map((item, i) => expandTree(item, env, at.item(i))) };
    case 'map':
      return {
        ...node,
        entries: node.entries.map((entry) => ({
          ...entry,
          value: expandTree(entry.value, env, at.key(entry.key)),
        })),
      };
  }
}
