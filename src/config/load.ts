// Flags, variables and sightline.yaml in, one validated Config out. Precedence: flag, variable,
// file, a file of Loki's, default. All mistakes are reported at once, each with its place.
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { parseDurationMs, parseSizeBytes } from '#lib/duration.ts';
import { InputError, messageOf } from '#lib/errors.ts';
import {
  type Config,
  flagOf,
  isOptionKey,
  type OptionDefinition,
  type OptionKey,
  type OptionType,
  options,
  variableOf,
} from './options.ts';

const keys = Object.keys(options) as OptionKey[];

/** A value as written, and where. */
interface Written {
  readonly value: unknown;
  readonly place: string;
}

export interface ConfigSources {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What another file says: counts where nothing else is written. */
  readonly base?: Readonly<Partial<Record<OptionKey, unknown>>>;
}

/** Throws InputError `usage` (flags) or `config_invalid` (everything else). */
export function loadConfig(sources: ConfigSources): Config {
  const written = new Map<OptionKey, Written>();
  const mistakes: string[] = [];
  for (const [key, value] of Object.entries(sources.base ?? {})) {
    written.set(key as OptionKey, { value, place: key });
  }
  const fromArgs = readArgs(sources.args);
  const fromEnv = readEnv(sources.env);
  const file = (fromArgs.get('config') ?? fromEnv.get('config'))?.value;
  if (file !== undefined) readFile(String(file), written, mistakes);
  for (const [key, value] of [...fromEnv, ...fromArgs]) written.set(key, value);
  return validate(written, mistakes);
}

/** A Config from values as a program gives them; what is missing takes its default. */
export function configOf(values: Readonly<Partial<Record<OptionKey, unknown>>>): Config {
  const written = new Map<OptionKey, Written>();
  const mistakes: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (!isOptionKey(key)) mistakes.push(`${key}: there is no such option`);
    else if (value !== undefined) written.set(key, { value, place: key });
  }
  return validate(written, mistakes);
}

function readArgs(args: readonly string[]): Map<OptionKey, Written> {
  const byFlag = new Map(keys.map((key) => [flagOf(key), key]));
  const found = new Map<OptionKey, Written>();
  for (let i = 0; i < args.length; i++) {
    const [flag, inline] = splitOnce(args[i] as string, '=');
    const key = byFlag.get(flag);
    const definition: OptionDefinition | undefined = key && options[key];
    if (!key || !definition) throw unknownFlag(flag, [...byFlag.keys()]);
    if (definition.onCommandLine === false) {
      const why = 'every process of the machine could read it';
      const where = `write ${key} to sightline.yaml, or set ${variableOf(key)}`;
      throw new InputError('usage', `${flag} is not for the command line: ${why}; ${where}`);
    }
    let value: string | undefined = inline;
    if (value === undefined) {
      if (definition.type === 'flag') value = 'true';
      else value = args[++i];
    }
    if (value === undefined) throw new InputError('usage', `${flag} needs a value`);
    found.set(key, { value, place: flag });
  }
  return found;
}

function unknownFlag(flag: string, known: readonly string[]): InputError {
  const what = flag.startsWith('-') ? `there is no flag ${flag}` : `'${flag}' is not a flag`;
  const remedy = nearest(flag, known) || '; `sightline help` lists them';
  return new InputError('usage', `${what}${remedy}`);
}

function readEnv(env: ConfigSources['env']): Map<OptionKey, Written> {
  const found = new Map<OptionKey, Written>();
  for (const key of keys) {
    const value = env[variableOf(key)];
    if (value !== undefined && value !== '') found.set(key, { value, place: variableOf(key) });
  }
  return found;
}

function readFile(path: string, written: Map<OptionKey, Written>, mistakes: string[]): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError('config_unreadable', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
  const document = parseDocument(text);
  for (const error of document.errors) mistakes.push(`${path}: ${error.message}`);
  if (document.errors.length) return;
  const visit = (node: unknown, prefix: string): void => {
    if (isOptionKey(prefix)) {
      written.set(prefix, { value: node, place: `${path}: ${prefix}` });
    } else if (node !== null && typeof node === 'object' && !Array.isArray(node)) {
      for (const [name, child] of Object.entries(node)) {
        visit(child, prefix === '' ? name : `${prefix}.${name}`);
      }
    } else if (prefix !== '' || node !== null) {
      mistakes.push(
        `${path}: ${prefix || 'top level'}: there is no such key${nearest(prefix, keys)}`,
      );
    }
  };
  visit(document.toJS() ?? {}, '');
}

function validate(written: ReadonlyMap<OptionKey, Written>, mistakes: string[]): Config {
  const config: Record<string, unknown> = {};
  for (const key of keys) {
    const definition: OptionDefinition = options[key];
    const { value, place } = written.get(key) ?? { value: definition.default, place: key };
    if (value === undefined) continue;
    try {
      config[key] = convert(value, definition.type);
      checkLeast(config[key], definition);
    } catch (error) {
      const hint = error instanceof InputError && error.hint ? ` ${error.hint}` : '';
      mistakes.push(`${place}: ${messageOf(error)}.${hint}`);
    }
  }
  if (mistakes.length) throw new InputError('config_invalid', mistakes.join('\n'));
  return config as Config;
}

function checkLeast(value: unknown, { type, least = '0' }: OptionDefinition): void {
  if (typeof value !== 'number' || value >= (convert(least, type) as number)) return;
  throw new InputError('config_invalid', `${value} is less than ${least}`);
}

function convert(value: unknown, type: OptionType): unknown {
  const wrong = (expected: string): never => {
    throw new InputError('config_invalid', `${JSON.stringify(value)} is not ${expected}`);
  };
  if (typeof type === 'object') {
    return type.oneOf.includes(String(value))
      ? String(value)
      : wrong(`one of ${type.oneOf.join(', ')}`);
  }
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : wrong('text');
    case 'flag':
      if (value === true || value === 'true') return true;
      return value === false || value === 'false' ? false : wrong('true or false');
    case 'integer':
      return /^-?\d+$/.test(String(value)) && Number.isSafeInteger(Number(value))
        ? Number(value)
        : wrong('a whole number');
    case 'duration':
      return Number.isFinite(value) ? value : parseDurationMs(String(value));
    case 'size':
      return Number.isFinite(value) ? value : parseSizeBytes(String(value));
    case 'list':
      if (Array.isArray(value)) return value.map(String);
      return typeof value === 'string' ? itemsOf(value) : wrong('a list');
    case 'map':
      if (typeof value === 'string') return mapOf(value) ?? wrong('name=value,name=value');
      if (value === null || typeof value !== 'object' || Array.isArray(value)) wrong('a map');
      return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, String(v)]));
  }
}

const itemsOf = (text: string): string[] =>
  text === '' ? [] : text.split(',').map((item) => item.trim());

/** As a variable has it: `name=value,name=value`. */
function mapOf(text: string): Record<string, string> | undefined {
  const entries = itemsOf(text).map((item) => splitOnce(item, '='));
  if (entries.some(([name, value]) => name === '' || value === undefined)) return undefined;
  return Object.fromEntries(entries) as Record<string, string>;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** `; did you mean …?` for the closest known name, or nothing. */
function nearest(name: string, known: readonly string[]): string {
  const scored = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.max(2, name.length / 3)
    ? `; did you mean ${best.candidate}?`
    : '';
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(
        substitution,
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
      );
    }
    previous = current;
  }
  return previous[b.length] as number;
}
