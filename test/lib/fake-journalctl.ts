// A faked journalctl: a script that prints the entries of a file as `--output=json` does, after a cursor
// or since a time, and follows the file. It says its arguments, and ends where the file says `end`.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const script = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const args = process.argv.slice(2);
appendFileSync(join(__dirname, 'calls'), JSON.stringify(args) + '\\n');
const after = args.find((arg) => arg.startsWith('--after-cursor='))?.slice(15);
if (after === 'unknown') {
  process.stderr.write('Failed to seek to cursor: Invalid argument\\n');
  process.exit(1);
}
let isAfter = after === undefined;
let read = 0;
setInterval(() => {
  const lines = readFileSync(join(__dirname, 'entries'), 'utf8').split('\\n').slice(0, -1);
  for (const line of lines.slice(read)) {
    read++;
    if (isAfter && line === 'end') {
      // The next one goes on.
      writeFileSync(join(__dirname, 'entries'), lines.filter((one) => one !== 'end').join('\\n') + '\\n');
      process.stderr.write('the journal is gone\\n');
      process.exit(1);
    }
    if (isAfter && line !== 'end') process.stdout.write(line + '\\n');
    if (line.includes('"__CURSOR":"' + after + '"')) isAfter = true;
  }
}, 20);
`;

/** Into a folder, which belongs on PATH; entries are appended to \`entries\` there, calls are in \`calls\`. */
export async function writeFakeJournalctl(folder: string): Promise<void> {
  await writeFile(join(folder, 'entries'), '');
  await writeFile(join(folder, 'calls'), '');
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(folder, 'journalctl'), script);
  await chmod(join(folder, 'journalctl'), 0o755);
}
