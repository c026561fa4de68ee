import { describe, expect, it } from 'vitest';
import { acceptedFormat, type Format } from './accept.ts';

describe('acceptedFormat', () => {
  const chooses = (accept: string | undefined, format: Format, offered?: readonly Format[]) =>
    it(`${accept}`, () =>
      expect(acceptedFormat({ headers: { accept } }, offered ?? ['json', 'protobuf', 'llm'])).toBe(
        format,
      ));
  chooses(undefined, 'json');
  chooses('*/*', 'json');
  chooses('text/html', 'json');
  chooses('application/protobuf', 'protobuf');
  chooses('Application/Protobuf; charset=utf-8', 'protobuf');
  chooses('application/vnd.grafana.llm', 'llm');
  chooses('application/vnd.grafana.llm', 'json', ['json', 'protobuf']);
  chooses('application/json, application/protobuf', 'json');
  chooses('application/json;q=0.5, application/protobuf', 'protobuf');
  chooses('constructor', 'json');
});
