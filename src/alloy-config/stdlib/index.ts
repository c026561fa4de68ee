// Alloy's standard library: namespaces of functions, constants, and the old names without a namespace.
// https://grafana.com/docs/alloy/latest/reference/stdlib/
import { hostname } from 'node:os';
import type { StandardFunction, Value } from '../value.ts';
import { array } from './array.ts';
import { convert, core, file, sys } from './core.ts';
import { encoding } from './encoding.ts';
import { jsonPath } from './json-path.ts';
import { string } from './string.ts';

const named = (
  functions: Readonly<Record<string, StandardFunction>>,
  prefix = '',
): Map<string, Value> =>
  new Map(
    Object.entries(functions).map(([name, call]) => [
      name,
      { kind: 'function', name: prefix + name, call },
    ]),
  );

const oldNames = {
  env: sys.env,
  nonsensitive: convert.nonsensitive,
  concat: array.concat,
  json_decode: encoding.from_json,
  yaml_decode: encoding.from_yaml,
  base64_decode: encoding.from_base64,
  ...string,
};

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

const constants = new Map<string, Value>([
  ['hostname', hostname()],
  ['os', process.platform === 'win32' ? 'windows' : process.platform],
  ['version', 'sightline'],
  ['arch', architectures[process.arch] ?? process.arch],
]);

export const standardLibrary: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...named(oldNames),
  ...named({ ...core, json_path: jsonPath }),
  ['array', named(array, 'array.')],
  ['convert', named(convert, 'convert.')],
  ['encoding', named(encoding, 'encoding.')],
  ['file', named(file, 'file.')],
  ['string', named(string, 'string.')],
  ['sys', named(sys, 'sys.')],
  ['constants', constants],
]);
