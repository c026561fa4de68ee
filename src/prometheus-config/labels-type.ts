// A map of labels in a file.
import { isLabelName } from './name.ts';
import type { LabelPairs } from './relabel-config.ts';
import { mapOf, type Type, text } from './type.ts';

const texts = mapOf(text);

/** Names and values have to be valid as UTF-8; stricter checks come where it is known that they hold. */
export const labels: Type<LabelPairs> = {
  zero: [],
  read: (node, at) => {
    const map = texts.read(node, at);
    if (node.kind === 'map') {
      for (const { key, keyPlace, value } of node.entries) {
        if (!isLabelName(key, 'utf8')) at.error(keyPlace, `'${key}' is no label name`);
        const isValue =
          value.kind !== 'scalar' || value.text === '' || isLabelName(value.text, 'utf8');
        if (!isValue) at.key(key).error(value.place, 'the value is no valid UTF-8');
      }
    }
    return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  },
  show: (value) => (value.length === 0 ? undefined : Object.fromEntries(value)),
};
