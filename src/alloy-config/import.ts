// `import.file` and `import.string`: declarations of another file. What would be fetched is refused.
import { dirname, join } from 'node:path';
import { nearestWord } from '#prometheus-config/nearest-word.ts';
import type { Block, Body } from './ast.ts';
import { type AlloyCursor, readBlock } from './block-map.ts';
import type { AlloyModule } from './module.ts';
import { parseAlloy } from './parser.ts';

const attributes: Readonly<Record<string, readonly string[]>> = {
  file: ['filename', 'detector', 'poll_frequency'],
  string: ['content'],
  http: 'url method headers body poll_frequency poll_timeout client'.split(' '),
  git: 'repository revision path pull_frequency basic_auth ssh_key'.split(' '),
};

const fetched: Readonly<Record<string, string>> = {
  http: 'modules are not fetched; download it and use import.file',
  git: 'modules are not fetched; clone it and use import.file',
};

/** Its declarations become those of the module, under the label. */
export function readImport(block: Block, at: AlloyCursor, module: AlloyModule): void {
  const { label, name, place } = block;
  const kind = name.slice('import.'.length);
  const known = attributes[kind];
  if (!known) {
    const nearest = nearestWord(kind, Object.keys(attributes));
    at.error(place, `there is no ${name}${nearest ? `; did you mean import.${nearest}?` : ''}`);
    return;
  }
  if (label === '') at.error(place, `${name} needs a label`);
  module.lost.add(label);
  const loose = { isOpaque: true };
  const spec = { values: known, blocks: { client: loose, basic_auth: loose, ssh_key: loose } };
  const { map, values } = readBlock(block, spec, module, at);
  for (const { key, keyPlace } of map.entries) {
    if (!known.includes(key)) at.unknownKey(key, keyPlace, known);
  }
  const needed =
    { file: 'filename', string: 'content', http: 'url', git: 'repository' }[kind] ?? '';
  const isThere = block.body.some((one) => one.kind === 'attribute' && one.name === needed);
  if (!isThere) at.error(place, `missing required attribute "${needed}"`);
  const refused = fetched[kind];
  if (refused !== undefined) {
    at.error(place, `${name}: ${refused}`);
    return;
  }
  const value = values.get(needed)?.value;
  if (typeof value !== 'string') {
    if (value !== undefined) at.error(place, `${needed} is known only to Alloy while it runs`);
    return;
  }
  const sources =
    kind === 'file' ? filesOf(value, at, module) : [{ file: at.options.file, text: value }];
  if (sources === undefined) {
    at.key(needed).error(place, `${value} cannot be read`);
    return;
  }
  const bodies = sources.flatMap(({ file, text }) => parseAlloy(text, file, at.options.problems));
  declare(bodies, label, at, module, sources[0]?.file ?? '');
}

interface Source {
  readonly file: string;
  readonly text: string;
}

/** Of a file, or of the *.alloy in a folder. */
function filesOf(name: string, at: AlloyCursor, { settings }: AlloyModule): Source[] | undefined {
  const path = at.resolve(name);
  const { readFile, listFolder } = settings.shared;
  const names = listFolder(path)?.filter((one) => one.endsWith('.alloy'));
  const files = names ? names.map((one) => join(path, one)) : [path];
  const sources = files.map((file) => ({ file, text: readFile(file) }));
  const isWhole = sources.every((one): one is Source => one.text !== undefined);
  return isWhole ? sources : undefined;
}

function declare(
  body: Body,
  label: string,
  at: AlloyCursor,
  module: AlloyModule,
  file: string,
): void {
  const { settings } = module;
  if (settings.open.length > 20) {
    at.error({ file, line: 1, column: 1 }, 'imports lead in a circle');
    return;
  }
  const inner = module.child({
    ...settings,
    shared: {
      ...settings.shared,
      reading: { ...settings.shared.reading, file, folder: dirname(file) },
    },
    kind: 'import',
    outer: new Map(),
    locals: new Map([['module_path', dirname(file)]]),
    around: undefined,
    prefix: `${settings.prefix}${label}.`,
    open: [
      ...settings.open,
      { name: label, block: emptyBlock, outer: new Map(), modulePath: '', isUsed: true },
    ],
  });
  const isAllowed = ({ name }: Body[number]): boolean =>
    name === 'declare' || name.startsWith('import.');
  for (const statement of body.filter((one) => !isAllowed(one))) {
    at.error(
      statement.place,
      `only declare and import blocks may stand in a module, not ${statement.name}`,
    );
  }
  inner.run(body.filter(isAllowed));
  module.lost.delete(label);
  for (const [name, declaration] of inner.declarations) {
    module.declarations.set(`${label}.${name}`, declaration);
  }
}

const emptyBlock: Block = {
  kind: 'block',
  name: 'import',
  label: '',
  place: { file: '', line: 1, column: 1 },
  body: [],
};
