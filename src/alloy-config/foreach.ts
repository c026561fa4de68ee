// `foreach`: its template once per item of a list that is known when the file is read.
import type { Block } from './ast.ts';
import { type AlloyCursor, readBlock } from './block-map.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { AlloyModule } from './module.ts';
import { isArray, isCapsule, typeOf, unknown, type Value } from './value.ts';

const ITEMS_MAX = 1000;

export function runForeach(block: Block, at: AlloyCursor, module: AlloyModule): void {
  const spec = {
    blocks: { template: { isOpaque: true, isRequired: true } },
    values: ['collection', 'var', 'id', 'enable_metrics'],
  };
  const { map, values } = readBlock(block, spec, module, at);
  for (const { key, keyPlace } of map.entries) {
    if (key !== 'template') at.unknownKey(key, keyPlace, spec.values);
  }
  for (const name of ['collection', 'var']) {
    if (!values.has(name)) at.error(block.place, `missing required attribute "${name}"`);
  }
  const template = block.body.find(
    (one): one is Block => one.kind === 'block' && one.name === 'template',
  );
  if (block.label === '') at.error(block.place, 'foreach needs a label');
  const variable = values.get('var')?.value;
  const collection = values.get('collection');
  if (!template || typeof variable !== 'string' || !collection) return;
  const run = (item: Value, prefix: string, graph: GraphBuilder): void => {
    const inner = module.child({
      ...module.settings,
      graph,
      kind: 'template',
      prefix: `${module.settings.prefix}foreach.${block.label}/${prefix}`,
      outer: module.declarations,
      locals: new Map([...module.settings.locals, [variable, item]]),
      around: module,
    });
    for (const lost of module.lost) inner.lost.add(lost);
    inner.run(template.body);
  };
  const { value, place } = collection;
  if (isArray(value) && value.length > 0 && !value.some(isDynamic) && value.length <= ITEMS_MAX) {
    value.forEach((item, i) => {
      run(item, `${i}/`, module.settings.graph);
    });
    return;
  }
  const tried = new GraphBuilder();
  run(unknown(`an item of foreach.${block.label}`, true), '', tried);
  const inside = at.key('collection');
  if (isArray(value) && value.length > ITEMS_MAX) {
    inside.error(place, `more than ${ITEMS_MAX} items`);
  } else if (isDynamic(value) || (isArray(value) && value.some(isDynamic))) {
    if (!tried.isEmpty) inside.error(place, 'its items are known only to Alloy while it runs');
  } else if (!isArray(value))
    inside.error(place, `collection should be array, got ${typeOf(value)}`);
}

const isDynamic = (value: Value): boolean =>
  isCapsule(value) && (value.kind === 'targets' || value.kind === 'unknown');
