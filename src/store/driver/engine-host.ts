// The engine's process: calls the main of `clickhouse local` in libchdb on a thread of its own and
// does nothing else but watch its parent. In: argv = the library, then the engine's arguments.
// It ends at once, by SIGKILL, when stdin closes or the parent changes: whatever the parent died of.
// This is safe: a committed insert lies in complete files.
import { DataType, load, open } from 'ffi-rs';

const [library, ...engineArgs] = process.argv.slice(2);
if (library === undefined) {
  process.stderr.write('usage: engine-host LIBRARY ENGINE-ARGUMENT…\n');
  process.exit(2);
}

const parentPid = process.ppid;
const end = (): void => void process.kill(process.pid, 'SIGKILL');
process.stdin.on('end', end).on('close', end).on('error', end).resume();
setInterval(() => {
  if (process.ppid !== parentPid) end();
}, 500);

open({ library: 'chdb', path: library });
const argv = ['clickhouse', ...engineArgs];
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.I32,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
  runInNewThread: true,
}).then(
  (status: number) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
