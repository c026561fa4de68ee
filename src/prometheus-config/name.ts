// Which names metrics and labels may have.
import type { NameValidation } from './relabel-config.ts';

const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

export const isLabelName = (name: string, validation: NameValidation): boolean =>
  validation === 'legacy' ? legacyLabelName.test(name) : isUtf8Name(name);

export const isMetricName = (name: string, validation: NameValidation): boolean =>
  validation === 'legacy' ? legacyMetricName.test(name) : isUtf8Name(name);

const isUtf8Name = (name: string): boolean => name !== '' && !/\p{Cs}/u.test(name);
