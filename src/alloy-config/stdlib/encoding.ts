// encoding.*: texts that hold data.
import { parse } from 'yaml';
import { messageOf } from '#lib/errors.ts';
import {
  EvaluationError,
  isArray,
  isCapsule,
  isObject,
  type Value,
  valueOfJson,
} from '../value.ts';
import { takes } from './arguments.ts';

const decoded = (text: string, decode: (text: string) => unknown): Value => {
  try {
    return valueOfJson(decode(text));
  } catch (error) {
    throw new EvaluationError(messageOf(error));
  }
};

const fromJson = takes(['string'], (text) => decoded(text, JSON.parse));
const fromYaml = takes(['string'], (text) => decoded(text, (written) => parse(written)));
const fromBase64 = takes(['string'], (text) => Buffer.from(text, 'base64').toString());
const fromUrlBase64 = takes(['string'], (text) => Buffer.from(text, 'base64url').toString());
const toBase64 = takes(['string'], (text) => Buffer.from(text).toString('base64'));
const toUrlBase64 = takes(['string'], (text) => Buffer.from(text).toString('base64url'));
const toJson = takes(['any'], (value) => JSON.stringify(plainOf(value)));

function plainOf(value: Value): unknown {
  if (isArray(value)) return value.map(plainOf);
  if (isObject(value)) {
    return Object.fromEntries([...value].map(([key, item]) => [key, plainOf(item)]));
  }
  if (isCapsule(value)) throw new EvaluationError('a capsule is no data');
  return value;
}

export const encoding = {
  from_json: fromJson,
  from_yaml: fromYaml,
  from_base64: fromBase64,
  from_URLbase64: fromUrlBase64,
  to_base64: toBase64,
  to_URLbase64: toUrlBase64,
  to_json: toJson,
};
