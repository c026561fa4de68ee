// A program of its own that opens a store on the folder of its argument and stays: for tests that
// kill it. Prints one line of JSON when the store is ready.
import { createMeter } from '#internal-telemetry/meter.ts';
import { silentLogger } from '#lib/log.ts';
import { openStore } from '#store/open-store.ts';

const dataDir = process.argv[2] ?? '';
const store = await openStore(
  { dataDir, memoryBytesMax: 1 << 30 },
  { logger: silentLogger, meter: createMeter() },
);
process.stdout.write(`${JSON.stringify({ enginePid: store.status().pid })}\n`);
