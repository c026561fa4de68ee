// Parts of a time in UTC; without argument, of the time of the step.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#day_of_month
import { gridTime } from '#query/vector/value.ts';
import { defineFunction, type FunctionDefinition } from './definition.ts';
import { mapSeries, oneSeries, vectorOf } from './series.ts';

const part = (name: string, doc: string, of: (date: Date) => number): FunctionDefinition =>
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
          ? mapSeries(vector, (seconds) => of(dateOf(seconds)))
          : vectorOf([
              oneSeries({}, grid.count, (step) => of(dateOf(gridTime(grid, step) / 1000))),
            ]),
    },
  });

const dateOf = (seconds: number): Date => new Date(Math.trunc(seconds) * 1000);
const dayStart = (date: Date): number =>
  Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());

export const minute = part('minute', 'The minute of the hour, 0 to 59.', (date) =>
  date.getUTCMinutes(),
);
export const hour = part('hour', 'The hour of the day, 0 to 23.', (date) => date.getUTCHours());
export const dayOfWeek = part('day_of_week', 'The day of the week, 0 (Sunday) to 6.', (date) =>
  date.getUTCDay(),
);
export const dayOfMonth = part('day_of_month', 'The day of the month, 1 to 31.', (date) =>
  date.getUTCDate(),
);
export const dayOfYear = part(
  'day_of_year',
  'The day of the year, 1 to 366.',
  (date) => (dayStart(date) - Date.UTC(date.getUTCFullYear(), 0, 0)) / 86_400_000,
);
export const daysInMonth = part('days_in_month', 'The number of days of the month.', (date) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
);
export const month = part('month', 'The month, 1 to 12.', (date) => date.getUTCMonth() + 1);
export const year = part('year', 'The year.', (date) => date.getUTCFullYear());
