// Short form of test/soak/log-files.test.ts.
import { expect, it } from 'vitest';
import { runRotationRounds } from '../lib/rotation-rounds.ts';

it('reads a file through rotations, kills and a clean stop: no line lost, none twice', async () => {
  const { printed, ...report } = await runRotationRounds({
    rotations: 10,
    kills: 2,
    cleanStops: 1,
    linesPerSecond: 5000,
    rotateEveryMs: 1000,
    kept: 20,
  });
  console.log(JSON.stringify(report));
  expect(report.stored).toEqual({ lines: report.written, distinct: report.written });
  // What guides look for in the log of an agent.
  expect(printed).toContain('msg="Adding target"');
  expect(printed).toContain('msg="tail routine: started"');
  expect(printed).toMatch(/msg="Seeked \/\S+app\.log - &\{Offset:0 Whence:0\}"/);
}, 120_000);
