// /status: how Sightline itself is doing, plainly.

import type { ReactNode } from 'react';
import type { Status } from '#api/admin/status-type.ts';
import { formatCount, formatSeconds, formatValue } from '../../chart/format.ts';
import { Note } from '../../component/Note.tsx';
import { Progress } from '../../component/Progress.tsx';
import { queryStatus } from '../../data/status.ts';
import { useRequest } from '../../data/use-request.ts';
import type { PageProps } from '../view.ts';
import './status.css';

export default function StatusPage({ view }: PageProps) {
  const answer = useRequest(`${view.turn}`, queryStatus);
  const { value: status, error } = answer;
  return (
    <div className="status">
      <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
      {error !== undefined && (
        <Note
          kind="error"
          title={error.message}
          steps={[{ label: 'Ask again', run: view.runAgain }]}
        />
      )}
      {status !== undefined && <Facts status={status} />}
    </div>
  );
}

const bytes = (count: number | undefined): string =>
  formatValue(count, { unit: 'bytes', perSecond: false });

function Facts({ status }: { readonly status: Status }) {
  const { engine, ingest, retentionSeconds } = status;
  return (
    <>
      {!status.isReady && <Note kind="warning" title={`Not ready yet. ${status.message ?? ''}`} />}
      <Section title="Sightline">
        <Fact name="Version">{status.version}</Fact>
        <Fact name="Running for">{formatSeconds(status.uptimeSeconds)}</Fact>
        <Fact name="Memory">{bytes(status.residentBytes)}</Fact>
      </Section>
      <Section title="Engine">
        <Fact name="Kind">
          {engine.kind === 'embedded' ? 'Embedded ClickHouse' : 'ClickHouse elsewhere'}{' '}
          {engine.version}
        </Fact>
        {engine.cluster !== undefined && <Fact name="Cluster">{engine.cluster}</Fact>}
        {engine.residentBytes !== undefined && (
          <Fact name="Memory">
            {bytes(engine.residentBytes)}
            {engine.memoryBytesMax !== undefined && ` of at most ${bytes(engine.memoryBytesMax)}`}
          </Fact>
        )}
        <Fact name="Restarts">{formatCount(engine.restarts)}</Fact>
      </Section>
      <Section title="Received since the start">
        <Ingest name="Spans" counts={ingest.spans} />
        <Ingest name="Log records" counts={ingest.logRecords} />
        <Ingest name="Data points" counts={ingest.metricPoints} />
        <Fact name="Waiting">
          {bytes(ingest.queueBytes)} of at most {bytes(ingest.queueBytesMax)}
        </Fact>
      </Section>
      <Section title="Kept for">
        <Fact name="Metrics">{kept(retentionSeconds.metrics)}</Fact>
        <Fact name="Logs">{kept(retentionSeconds.logs)}</Fact>
        <Fact name="Traces">{kept(retentionSeconds.traces)}</Fact>
      </Section>
      <Ports ports={status.ports} />
    </>
  );
}

/** Zero means that nothing is ever removed. */
const kept = (seconds: number): string => {
  if (seconds === 0) return 'ever';
  const days = seconds / 86_400;
  return days >= 1 ? (days === 1 ? '1 day' : `${days} days`) : formatSeconds(seconds);
};

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="status-section">
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface IngestProps {
  readonly name: string;
  readonly counts: Status['ingest']['spans'];
}

function Ingest({ name, counts }: IngestProps) {
  return (
    <Fact name={name}>
      {formatCount(counts.accepted)}
      {counts.refused > 0 && (
        <span className="status-refused"> and {formatCount(counts.refused)} refused</span>
      )}
    </Fact>
  );
}

const portNames: Readonly<Record<string, string>> = {
  http: 'This page and all APIs',
  otlpGrpc: 'OTLP over gRPC',
  otlpHttp: 'OTLP over HTTP',
  prometheus: 'Prometheus API',
  loki: 'Loki API',
  tempo: 'Tempo API',
  metrics: 'Own metrics',
  health: 'Health',
};

function Ports({ ports }: { readonly ports: Status['ports'] }) {
  return (
    <section className="status-section status-ports">
      <h2>Ports</h2>
      <table>
        <tbody>
          {ports.map((port) => (
            <tr key={`${port.name} ${port.port}`}>
              <td className="numeric">{port.port}</td>
              <td>{portNames[port.name] ?? port.name}</td>
              <td className={port.isBound ? 'faint' : 'status-refused'}>
                {port.isBound ? 'listening' : (port.message ?? 'not listening')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
