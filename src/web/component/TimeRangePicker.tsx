// One time range for everything: quick relative ranges, absolute ends, steps back and forth.

import { type FormEvent, useState } from 'react';
import { systemClock } from '#lib/clock.ts';
import {
  formatLocal,
  formatRange,
  quickRanges,
  type ResolvedRange,
  resolveTime,
  shiftRange,
  type TimeRange,
  widenRange,
} from '../frame/time-range.ts';
import { Popover } from './Popover.tsx';
import './time-range-picker.css';

interface TimeRangePickerProps {
  readonly range: TimeRange;
  readonly resolved: ResolvedRange;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  readonly onChange: (range: TimeRange) => void;
}

export function TimeRangePicker(props: TimeRangePickerProps) {
  const { range, resolved, isOpen, onToggle, onChange } = props;
  const choose = (chosen: TimeRange): void => {
    onChange(chosen);
    onToggle(false);
  };
  const nowMs = systemClock.nowMs();
  return (
    <div className="time-range">
      <button
        type="button"
        className="button icon quiet"
        title="Earlier"
        onClick={() => onChange(shiftRange(resolved, -0.5))}
      >
        ‹
      </button>
      <Popover
        label={
          <>
            <span className="numeric">{formatRange(range, nowMs)}</span> <kbd>t</kbd>
          </>
        }
        title="Time range"
        isOpen={isOpen}
        onToggle={onToggle}
        align="right"
      >
        <div className="time-range-panel">
          <AbsoluteForm range={range} resolved={resolved} onChange={choose} />
          <ul>
            {quickRanges.map((quick) => (
              <li key={quick.label}>
                <button
                  type="button"
                  className="time-range-quick"
                  aria-pressed={quick.range.from === range.from && range.to === 'now'}
                  onClick={() => choose(quick.range)}
                >
                  {quick.label}
                </button>
              </li>
            ))}
          </ul>
        </div>
      </Popover>
      <button
        type="button"
        className="button icon quiet"
        title="Later"
        onClick={() => onChange(shiftRange(resolved, 0.5))}
      >
        ›
      </button>
      <button
        type="button"
        className="button icon quiet"
        title="Zoom out"
        onClick={() => onChange(widenRange(resolved, nowMs))}
      >
        −
      </button>
    </div>
  );
}

interface AbsoluteFormProps {
  readonly range: TimeRange;
  readonly resolved: ResolvedRange;
  readonly onChange: (range: TimeRange) => void;
}

function AbsoluteForm({ range, resolved, onChange }: AbsoluteFormProps) {
  const [from, setFrom] = useState(() => toField(range.from, resolved.fromMs));
  const [to, setTo] = useState(() => toField(range.to, resolved.toMs));
  const nowMs = systemClock.nowMs();
  const fromMs = resolveTime(from, nowMs);
  const toMs = resolveTime(to, nowMs);
  const problem =
    fromMs === undefined || toMs === undefined
      ? 'Write now-2h or 2026-03-01 14:00:00.'
      : fromMs >= toMs
        ? 'The start must be before the end.'
        : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem === undefined) onChange({ from: toText(from, fromMs), to: toText(to, toMs) });
  };
  return (
    <form className="time-range-form" onSubmit={submit}>
      <label>
        <span>From</span>
        <input
          className="input mono"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label>
        <span>To</span>
        <input className="input mono" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <button type="submit" className="button primary" disabled={problem !== undefined}>
        Apply
      </button>
      <p className={`time-range-note ${problem === undefined ? 'faint' : 'wrong'}`} role="status">
        {problem ?? 'Times are in your time zone.'}
      </p>
    </form>
  );
}

const toField = (text: string, timeMs: number): string =>
  text.startsWith('now') ? text : formatLocal(timeMs);

const toText = (field: string, timeMs: number | undefined): string =>
  field.trim().startsWith('now') ? field.trim() : String(timeMs);
