// Regular expressions of users in stages: RE2, compiled once.
import { RE2JS } from 're2js';
import { messageOf } from '#lib/errors.ts';
import { invalid } from './definition.ts';

/** Throws InputError `log_stage_invalid`; `what` begins the message. */
export function compileExpression(expression: string, what: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (cause) {
    const reason = messageOf(cause).replace(/^error parsing regexp: /, '');
    throw invalid(`${what}: error parsing regexp: ${reason}`, cause);
  }
}
