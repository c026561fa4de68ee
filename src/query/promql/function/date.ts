// Parts of a time in UTC; without argument, of the time of the step.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#day_of_month
import { gridTime } from '#query/vector/value.ts';
import { defineFunction, type FunctionDefinition } from './definition.ts';
import { mapSeries, oneSeries, vectorOf } from './series.ts';

/** A moment of the calendar; `date` has the day and the time of day, and a year of its 400-year cycle. */
interface Moment {
  readonly date: Date;
  readonly year: number;
}

const part = (name: string, doc: string, of: (moment: Moment) => number): FunctionDefinition =>
  defineFunction({
    name,
    args: ['vector'],
    optional: 1,
    returns: 'vector',
    doc,
    example: `${name}()`,
    usesStepTime: true,
    evaluate: {
      kind: 'whole',
      of: ([vector], { grid }) =>
        vector
          ? mapSeries(vector, (seconds) => of(momentOf(seconds)))
          : vectorOf([
              oneSeries({}, grid.count, (step) => of(momentOf(gridTime(grid, step) / 1000))),
            ]),
    },
  });

/** What 64 bits of seconds hold; anything else becomes the smallest of them, as in Go on amd64. */
const SECONDS_MIN = -(2 ** 63);
/** Well within what a Date holds. */
const DATE_SECONDS_MAX = 8.6e12;
/** Days of 400 years, after which the calendar repeats itself; the first of them is a Monday. */
const CYCLE_DAYS = 146_097n;
const CYCLE_START = 2001;
/** The first year of Go's calendar, and its first second. */
const FIRST_YEAR = -292_277_022_399;
const FIRST_SECOND = -9_223_372_028_715_321_600n;

/** Also of times that a Date does not reach; those behind the last one of Go wrap around. */
function momentOf(given: number): Moment {
  const whole = Math.trunc(given);
  const seconds = whole >= SECONDS_MIN && whole < -SECONDS_MIN ? whole : SECONDS_MIN;
  if (Math.abs(seconds) < DATE_SECONDS_MAX) {
    const date = new Date(seconds * 1000);
    return { date, year: date.getUTCFullYear() };
  }
  const sinceFirst = BigInt.asUintN(64, BigInt(seconds) - FIRST_SECOND);
  const days = sinceFirst / 86_400n;
  const ofDay = Number(sinceFirst % 86_400n) * 1000;
  const ofCycle = Date.UTC(CYCLE_START, 0, 1) + Number(days % CYCLE_DAYS) * 86_400_000;
  const within = new Date(ofCycle + ofDay);
  const cycles = Number(days / CYCLE_DAYS);
  const year = FIRST_YEAR + cycles * 400 + within.getUTCFullYear() - CYCLE_START;
  return { date: within, year };
}

const dayStart = (date: Date): number =>
  Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());

export const minute = part('minute', 'The minute of the hour, 0 to 59.', ({ date }) =>
  date.getUTCMinutes(),
);
export const hour = part('hour', 'The hour of the day, 0 to 23.', ({ date }) => date.getUTCHours());
export const dayOfWeek = part('day_of_week', 'The day of the week, 0 (Sunday) to 6.', ({ date }) =>
  date.getUTCDay(),
);
export const dayOfMonth = part('day_of_month', 'The day of the month, 1 to 31.', ({ date }) =>
  date.getUTCDate(),
);
export const dayOfYear = part(
  'day_of_year',
  'The day of the year, 1 to 366.',
  ({ date }) => (dayStart(date) - Date.UTC(date.getUTCFullYear(), 0, 0)) / 86_400_000,
);
export const daysInMonth = part('days_in_month', 'The number of days of the month.', ({ date }) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
);
export const month = part('month', 'The month, 1 to 12.', ({ date }) => date.getUTCMonth() + 1);
export const year = part('year', 'The year.', (moment) => moment.year);
