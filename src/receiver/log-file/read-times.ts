// Moved down: other receivers give times, too.
export { createReadTimes, type ReadTimes } from '#pipeline/log/read-times.ts';
