// The fields of one log line, with what can be done with each: keep or leave out lines that have it,
// and go to the trace.

import { Link } from '../../component/Link.tsx';
import { type LogRow, traceIdOf } from '../../frame/log-row.ts';
import { fieldsOf, type LogField } from './layout.ts';

export interface LogDetailsActions {
  readonly onFilter: (field: LogField, isKept: boolean) => void;
  readonly hrefOfTrace: (row: LogRow, traceId: string) => string;
  readonly hrefOfTraceLogs: (row: LogRow, traceId: string) => string;
}

interface LogDetailsProps extends LogDetailsActions {
  readonly row: LogRow;
}

const sources: Record<LogField['source'], string> = {
  stream: 'Stream labels',
  metadata: 'Metadata',
  line: 'Fields in the line',
};

export function LogDetails({ row, onFilter, hrefOfTrace, hrefOfTraceLogs }: LogDetailsProps) {
  const fields = fieldsOf(row);
  const traceId = traceIdOf(row);
  return (
    <div className="log-details">
      {traceId !== undefined && (
        <div className="toolbar">
          <Link className="button small" to={hrefOfTrace(row, traceId)}>
            Open the trace
          </Link>
          <Link className="button small" to={hrefOfTraceLogs(row, traceId)}>
            All logs of the trace
          </Link>
        </div>
      )}
      <pre className="log-whole">{prettyLine(row.line)}</pre>
      {(Object.keys(sources) as LogField['source'][]).map((source) => {
        const own = fields.filter((field) => field.source === source);
        if (own.length === 0) return null;
        return (
          <section key={source}>
            <h3>{sources[source]}</h3>
            <table className="log-fields">
              <tbody>
                {own.map((field) => (
                  <FieldRow key={field.name} field={field} onFilter={onFilter}>
                    {field.value.toLowerCase() === traceId?.toLowerCase() ? (
                      <Link to={hrefOfTrace(row, traceId)}>{field.value}</Link>
                    ) : (
                      field.value
                    )}
                  </FieldRow>
                ))}
              </tbody>
            </table>
          </section>
        );
      })}
    </div>
  );
}

interface FieldRowProps {
  readonly field: LogField;
  readonly onFilter: LogDetailsActions['onFilter'];
  readonly children: React.ReactNode;
}

function FieldRow({ field, onFilter, children }: FieldRowProps) {
  return (
    <tr>
      <td className="log-field-actions">
        <button
          type="button"
          title="Only lines with this value"
          aria-label={`Only lines with ${field.name} ${field.value}`}
          onClick={() => onFilter(field, true)}
        >
          +
        </button>
        <button
          type="button"
          title="Lines without this value"
          aria-label={`Lines without ${field.name} ${field.value}`}
          onClick={() => onFilter(field, false)}
        >
          −
        </button>
      </td>
      <th scope="row">{field.name}</th>
      <td className="log-field-value">{children}</td>
    </tr>
  );
}

function prettyLine(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    return JSON.stringify(JSON.parse(line), null, 2);
  } catch {
    return line;
  }
}
