// `sightline hash-password`: a password on standard input, its scrypt hash for `auth.users` on
// standard output.
import { randomHex } from '#lib/random.ts';
import { hashPassword } from '#server/password.ts';
import type { Command } from './command.ts';

export const hashPasswordCommand: Command = {
  name: 'hash-password',
  summary: 'Read a password from standard input and print its hash for auth.users.',
  async run({ stdin, stdout, stderr }) {
    let text = '';
    for await (const chunk of stdin) text += String(chunk);
    const password = text.replace(/\r?\n$/, '');
    if (password === '') {
      stderr.write(
        'There is no password on standard input: printf %s "$PASSWORD" | sightline hash-password\n',
      );
      return 2;
    }
    stdout.write(`${await hashPassword(password, Buffer.from(randomHex(16), 'hex'))}\n`);
    return 0;
  },
};
