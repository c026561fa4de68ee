// A map that is taken as it is and shown without its values: settings of others' clouds.
import { SECRET, type Type } from './type.ts';
import type { YamlNode } from './yaml-tree.ts';

export const mapTree: Type<YamlNode | undefined> = {
  zero: undefined,
  read: (node) => node,
  show: (node) => (node ? hidden(node) : undefined),
};

function hidden(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, hidden(value)]));
    case 'list':
      return node.items.map(hidden);
    case 'null':
      return null;
    case 'scalar':
      return SECRET;
  }
}
