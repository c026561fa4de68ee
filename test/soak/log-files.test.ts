// A log file through 200 rotations at 5,000 lines per second, while its reader is killed 20 times and
// stopped ten times.
import { expect, it } from 'vitest';
import { runRotationRounds } from '../lib/rotation-rounds.ts';

it('loses no line of a file that is rotated, and has none twice', async () => {
  const { printed: _, ...report } = await runRotationRounds({
    rotations: 200,
    kills: 20,
    cleanStops: 10,
    linesPerSecond: 5000,
    rotateEveryMs: 1000,
    // A machine that is busy may need that long to start the program: what is deleted meanwhile is lost.
    kept: 60,
  });
  console.log(JSON.stringify(report));
  expect(report.stored).toEqual({ lines: report.written, distinct: report.written });
}, 900_000);
