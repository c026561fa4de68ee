import { expect, test } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { check } from './check.ts';

const refuses = (text: string, code: string, message: string) =>
  test(text, () => {
    const attempt = () => check(parse(text), { isStrict: true });
    expect(attempt).toThrow(expect.objectContaining({ code }));
    expect(attempt).toThrow(message);
  });

refuses('{ } | quantile_over_time(duration, 1.5)', 'traceql_type', 'between 0 and 1: 1.5');
refuses('{ } | quantile_over_time(duration)', 'traceql_parse', 'col 34');
refuses('{ } | quantile_over_time(duration, "x")', 'traceql_parse', 'expecting INTEGER or FLOAT');
refuses('{ } | rate() | topk(0)', 'traceql_type', 'greater than 0');
refuses('{ } | rate() | topk(1.5)', 'traceql_parse', 'unexpected FLOAT, expecting INTEGER');
refuses('{ } | compare({ }, 0)', 'traceql_type', 'integer greater than 0');
refuses('{ } | compare({ }, 1.5)', 'traceql_parse', 'unexpected FLOAT, expecting INTEGER');
refuses('{ } | compare({ }, 5, 10)', 'traceql_parse', 'expecting ,');
refuses('{ } | compare({ }, 5, 10, 10)', 'traceql_type', 'greater than start');
refuses('{ } | compare({ }, 5, 0, 10)', 'traceql_type', 'positive integer');
refuses('{ } | compare({ }) | topk(3)', 'traceql_type', 'no second stage');
refuses('({ } | compare({ })) + 1', 'traceql_type', 'no part in arithmetic');
refuses('{ } | compare({ name })', 'traceql_type', 'boolean');
refuses('({ 1 } | rate()) + ({ } | rate())', 'traceql_type', 'boolean');
refuses('({ } | rate()) + ({ name } | rate())', 'traceql_type', 'boolean');
