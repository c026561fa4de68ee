// Blocks that are no components: what `logging` and its like say is reported and not followed, and
// `argument` and `export` are the two ends of a `declare`.
import type { Block } from './ast.ts';
import { type AlloyCursor, readBlock } from './block-map.ts';
import type { AlloyModule } from './module.ts';
import { unknown, type Value } from './value.ts';

export interface ConfigBlockInput {
  readonly block: Block;
  readonly at: AlloyCursor;
  readonly module: AlloyModule;
}

/** Its attributes and blocks, known by name, and why they are not followed. */
const ignored =
  (attributes: string, blocks: string, why: string) =>
  ({ block, at, module }: ConfigBlockInput): Value => {
    const { name, place } = block;
    if (module.settings.kind !== 'root')
      at.error(place, `${name} is only allowed at the top level`);
    const known = attributes.split(' ');
    const inner = Object.fromEntries(
      blocks.split(' ').map((one) => [one, { isOpaque: true, isList: true }]),
    );
    const { map } = readBlock(block, { values: known, blocks: inner }, module, at);
    for (const { key, keyPlace } of map.entries) {
      if (!(key in inner)) at.unknownKey(key, keyPlace, known);
    }
    if (why !== '') at.warn(place, why);
    return new Map();
  };

function readArgument({ block, at, module }: ConfigBlockInput): Value {
  const { label, place } = block;
  checkPlace(block, at, module);
  const known = ['optional', 'default', 'comment'];
  const { map } = readBlock(block, { values: known }, module, at);
  for (const { key, keyPlace } of map.entries) at.unknownKey(key, keyPlace, known);
  if (label === '') at.error(place, 'argument needs a label');
  return unknown(`argument.${label}`, true);
}

function readExport({ block, at, module }: ConfigBlockInput): Value {
  const { label, place } = block;
  checkPlace(block, at, module);
  const known = ['value', 'comment'];
  const { map, values } = readBlock(block, { values: known }, module, at);
  for (const { key, keyPlace } of map.entries) at.unknownKey(key, keyPlace, known);
  if (label === '') at.error(place, 'export needs a label');
  const isWritten = block.body.some(({ name }) => name === 'value');
  if (!isWritten) at.error(place, 'missing required attribute "value"');
  module.exports.set(label, values.get('value')?.value ?? unknown(`export.${label}`, true));
  return new Map();
}

function checkPlace({ name, place }: Block, at: AlloyCursor, { settings }: AlloyModule): void {
  if (settings.kind === 'declare') return;
  at.error(place, `${name} blocks only allowed inside a declare`);
}

export const configBlocks: Readonly<Record<string, (input: ConfigBlockInput) => Value>> = {
  argument: readArgument,
  export: readExport,
  http: ignored('', 'tls auth', "Alloy's own pages are not served here; ignored"),
  livedebugging: ignored('enabled buffer_capacity', '', ''),
  logging: ignored(
    'level format write_to destination',
    'windows_event_log',
    'the own log is set up by log.level, and is in the own store; ignored',
  ),
  remotecfg: ignored(
    'url id name attributes poll_frequency proxy_url no_proxy follow_redirects enable_http2 ' +
      'bearer_token bearer_token_file proxy_from_environment proxy_connect_header http_headers',
    'basic_auth authorization oauth2 tls_config',
    'configuration is not fetched from elsewhere; ignored',
  ),
  tracing: ignored(
    'sampling_fraction write_to',
    'sampler',
    'the program traces itself (internal_telemetry.enabled); ignored',
  ),
};
