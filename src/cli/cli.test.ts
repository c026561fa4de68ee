import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '#server/auth.ts';
import type { Command } from './command.ts';
import { hashPasswordCommand } from './hash-password.ts';
import { commands } from './index.ts';
import { formatUsage } from './usage.ts';

async function runCommand(command: Command, input: string) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const { signal } = new AbortController();
  const stdin = Readable.from([input]);
  const status = await command.run({ args: [], env: {}, stdin, stdout, stderr, signal });
  return { status, out: String(stdout.read() ?? ''), problem: String(stderr.read() ?? '') };
}

describe('hash-password', () => {
  it('prints a hash that lets the password in', async () => {
    const { status, out } = await runCommand(hashPasswordCommand, 'open sesame\n');
    expect(status).toBe(0);
    const auth = createAuthenticator({ users: { ann: out.trim() }, tokens: [] });
    const header = (password: string) =>
      `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
    await expect(auth.check(header('open sesame'))).resolves.toBeUndefined();
    await expect(auth.check(header('open sesame\n'))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('says how, when nothing comes', async () => {
    const { status, problem } = await runCommand(hashPasswordCommand, '');
    expect(status).toBe(2);
    expect(problem).toContain('sightline hash-password');
  });
});

describe('usage', () => {
  const text = formatUsage(commands);
  const has = (part: string) => it(`has ${part}`, () => expect(text).toContain(part));
  has('  up ');
  has('--data-dir TEXT');
  has('--strict\n');
  has('--query-push-down auto|always|never');
  it('has no flag for secrets', () => expect(text).not.toContain('--auth-'));
});
