// Under the lines: how many there are, and how they are shown.

interface LogsFootProps {
  /** In words; '' says nothing. */
  readonly count: string;
  readonly tookMs: number | undefined;
  readonly isRaw: boolean;
  readonly onRaw: (isRaw: boolean) => void;
  readonly isWrapped: boolean;
  readonly onWrapped: (isWrapped: boolean) => void;
}

export function LogsFoot({ count, tookMs, isRaw, onRaw, isWrapped, onWrapped }: LogsFootProps) {
  return (
    <footer className="explore-foot">
      {count !== '' && <span>{count}</span>}
      {tookMs !== undefined && <span>{Math.round(tookMs)} ms</span>}
      <span className="spacer" />
      <Choice
        label="Whole lines"
        title="Lines as they were sent (m)"
        isOn={isRaw}
        onChange={onRaw}
      />
      <Choice
        label="Wrap lines"
        title="Long lines over several rows (w)"
        isOn={isWrapped}
        onChange={onWrapped}
      />
    </footer>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

const Choice = ({ label, title, isOn, onChange }: ChoiceProps) => (
  <label className="logs-choice" title={title}>
    <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />{' '}
    {label}
  </label>
);
