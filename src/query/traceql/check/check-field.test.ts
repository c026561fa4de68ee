import { expect, test } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { check } from './check.ts';

const refuses = (text: string, message: string) =>
  test(text, () => {
    expect(() => check(parse(text, { isStrict: false }))).toThrow(message);
  });

refuses('{ span.a =~ "(" }', 'invalid regex');
refuses('{ span.a !~ "\\\\Qb" }', 'invalid regex');
