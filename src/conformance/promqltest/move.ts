// A section at another time than its script says: its samples, its questions, and the answers back.
import { parseDurationMs, parseNumber } from '#query/promql/syntax/number.ts';
import type { Answer } from './answer.ts';
import type { Section } from './section.ts';

export function moveSection(section: Section, shiftMs: number): Section {
  if (shiftMs === 0) return section;
  const series = section.series.map(({ labels, samples }) => ({
    labels,
    samples: samples.map(({ timeMs, item, startMs }) => ({
      timeMs: timeMs + shiftMs,
      item,
      ...(startMs === undefined ? {} : { startMs: startMs + shiftMs }),
    })),
  }));
  return { ...section, series };
}

const dates = 'minute|hour|day_of_week|day_of_month|day_of_year|days_in_month|month|year';
const tellsTime = new RegExp(
  String.raw`\btimestamp\s*\(|\bts_of_\w+\s*\(|\b(?:time|${dates})\s*\(\s*\)|(?<!@\s*)\b(?:start|end)\s*\(\s*\)`,
);

/** Undefined when the answer tells the time in a way that cannot be moved back. */
export function moveQuery(query: string, shiftMs: number): string | undefined {
  if (shiftMs === 0) return query;
  if (tellsTime.test(query)) return undefined;
  return query.replaceAll(/@\s*([+-]?)([\d.][\w.]*)/g, (at, sign: string, text: string) => {
    const durationMs = parseDurationMs(text);
    const seconds = durationMs === undefined ? parseNumber(text) : durationMs / 1000;
    if (seconds === undefined) return at;
    return `@ ${((sign === '-' ? -seconds : seconds) + shiftMs / 1000).toFixed(3)}`;
  });
}

export function moveBack(answer: Answer, shiftMs: number): Answer {
  if (shiftMs === 0) return answer;
  const series = answer.series.map((one) => ({
    ...one,
    times: one.times.map((timeMs) => timeMs - shiftMs),
  }));
  return { ...answer, series };
}
