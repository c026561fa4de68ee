// The commands of README.md, as they stand there, against a running program: only ports are others.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline, SightlinePorts } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';

const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

const namesOfPorts: Readonly<Record<string, keyof SightlinePorts>> = {
  3000: 'http',
  3100: 'loki',
  3200: 'tempo',
  4318: 'otlpHttp',
  9090: 'prometheus',
  9411: 'zipkin',
  16686: 'jaeger',
};

/** Those that ask a running program; the others start one. */
const blocks = [
  ...readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').matchAll(
    /^```sh\n(.*?)^```/gms,
  ),
]
  .map(([, text = '']) => text)
  .filter((text) => text.startsWith('curl '));

describe.skipIf(!hasCurl)('commands of README.md, where there is curl', () => {
  let sightline: Sightline;
  beforeAll(async () => {
    sightline = await startSightline();
  });
  afterAll(() => sightline.stop());

  async function run(text: string): Promise<string> {
    const commands = text.replace(/127\.0\.0\.1:(\d+)/g, (_, port: string) => {
      const name = namesOfPorts[port];
      if (name === undefined) throw new Error(`which port is ${port}?`);
      return `127.0.0.1:${sightline.ports[name]}`;
    });
    const failing = 'set -e; curl() { command curl --fail-with-body "$@"; }\n';
    const { stdout } = await promisify(execFile)('bash', ['-c', failing + commands]);
    return stdout;
  }

  it('are answered with success, what was sent among it', async () => {
    expect(blocks.length).toBeGreaterThan(3);
    let answers = '';
    for (const block of blocks) answers += await run(block);
    expect(answers).toContain('"traceID":"5b8efff798038103d269b633813fc60c"');
    expect(answers).toContain('it works');
    expect(answers).toContain('"operationName":"say hello"');
  });
});
