// What a metrics request may ask for: its time, its step, and in strict mode only what Tempo 3.0
// evaluates.
import { InputError } from '#lib/errors.ts';
import type { MetricsQuery } from '../syntax/ast.ts';
import type { MetricsRequest } from './answer.ts';
import { defaultStep, type Intervals, instantInterval, rangeIntervals } from './interval.ts';

const hourNano = 3_600_000_000_000n;
/** Values of one series: what Tempo allows, and what bounds the memory of a query. */
const intervalsMax = 10_000n;
const strictRangeMaxNano = 24n * hourNano;
const groupsMax = 5;

const outOfRange = (message: string): InputError => new InputError('traceql_range', message);

export function intervalsOf(
  kind: 'range' | 'instant',
  request: MetricsRequest,
  { nowNano, isStrict }: { readonly nowNano: bigint; readonly isStrict: boolean },
): Intervals {
  const toNano = request.toNano ?? nowNano;
  const fromNano =
    request.fromNano ?? (toNano < nowNano ? toNano : nowNano) - (request.sinceNano ?? hourNano);
  if (fromNano >= toNano) throw outOfRange('end must be greater than start');
  const rangeNano = toNano - fromNano;
  if (isStrict && rangeNano > strictRangeMaxNano) {
    throw outOfRange('metrics query time range exceeds the maximum allowed duration of 24h0m0s');
  }
  if (kind === 'instant') return instantInterval(fromNano, toNano);
  const stepNano = request.stepNano ?? defaultStep(rangeNano);
  if (stepNano <= 0n || rangeNano / stepNano > intervalsMax) {
    const seconds = (nano: bigint): string => `${Number(nano) / 1e9}s`;
    throw outOfRange(
      `step of ${seconds(stepNano)} is too small, minimum step for given range is ` +
        seconds(rangeNano / intervalsMax),
    );
  }
  return rangeIntervals({ fromNano, toNano, stepNano });
}

/** Arithmetic between queries, and groups by more than five fields. */
export function refuseWhatTempoRefuses({ source, span }: MetricsQuery): void {
  if (source.kind === 'operation') {
    const message = 'arithmetic between metrics queries is not supported by Tempo 3.0';
    throw new InputError('traceql_unsupported', message, {
      span,
      hint: 'Sightline evaluates it where it is not strict.',
    });
  }
  const { by, name } = source.first;
  const hasBucket = name === 'quantile_over_time' || name === 'histogram_over_time';
  if (by.length + (hasBucket ? 1 : 0) <= groupsMax) return;
  throw new InputError(
    'traceql_unsupported',
    `metrics group by ${by.length} values is not yet supported`,
    { span: source.first.span },
  );
}
