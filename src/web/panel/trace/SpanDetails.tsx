// Everything that is known about one span, the important first: status, where to go from here, then
// attributes, events, links, resource.

import { Fragment, type ReactNode } from 'react';
import { formatDurationMs } from '../../chart/format.ts';
import { Link } from '../../component/Link.tsx';
import { formatLocal } from '../../frame/time-range.ts';
import { type Attribute, nanoToMs, printAttribute, type Span } from '../../frame/trace.ts';
import type { SpanTimeUse } from './time-use.ts';
import './span-details.css';

export interface SpanHrefs {
  readonly logsOfSpan: string;
  readonly metricsOfService: string;
  readonly tracesOfService: string;
  readonly traceOf: (traceId: string, spanId: string) => string;
  /** Traces that have the same attribute value. */
  readonly tracesWith: (scope: 'span' | 'resource', attribute: Attribute) => string;
}

interface SpanDetailsProps {
  readonly span: Span;
  readonly traceStartNano: bigint;
  readonly timeUse: SpanTimeUse | undefined;
  readonly hrefs: SpanHrefs;
  readonly onClose: () => void;
}

export function SpanDetails(props: SpanDetailsProps) {
  const { span, traceStartNano, timeUse, hrefs, onClose } = props;
  const startMs = nanoToMs(span.startNano);
  return (
    <aside className="span-details" aria-label="Span details">
      <header>
        <h2>{span.name}</h2>
        <button type="button" className="button quiet small" onClick={onClose} title="Close (esc)">
          ✕
        </button>
      </header>
      {span.status === 'error' && (
        <p className="span-error">
          Error{span.statusMessage === '' ? '' : `: ${span.statusMessage}`}
        </p>
      )}
      <dl className="span-facts">
        <Fact name="Service">{span.serviceName}</Fact>
        <Fact name="Duration">{formatDurationMs(nanoToMs(span.endNano - span.startNano))}</Fact>
        {timeUse !== undefined && (
          <>
            <Fact name="Self time">{formatDurationMs(timeUse.selfMs)}</Fact>
            <Fact name="Critical path">
              {timeUse.criticalMs === 0
                ? 'not on it'
                : `${formatDurationMs(timeUse.criticalMs)} of it`}
            </Fact>
          </>
        )}
        <Fact name="Starts">
          {formatLocal(startMs)}, {formatDurationMs(nanoToMs(span.startNano - traceStartNano))} into
          the trace
        </Fact>
        <Fact name="Kind">{span.kind}</Fact>
        <Fact name="Status">{span.status}</Fact>
        <Fact name="Span id">
          <span className="mono">{span.spanId}</span>
        </Fact>
      </dl>
      <div className="toolbar">
        <Link className="button small" to={hrefs.logsOfSpan}>
          Logs of this span
        </Link>
        <Link className="button small" to={hrefs.metricsOfService}>
          Metrics of this service
        </Link>
        <Link className="button small" to={hrefs.tracesOfService}>
          More traces like this
        </Link>
      </div>
      <Attributes
        title="Attributes"
        attributes={span.attributes}
        hrefOf={(attribute) => hrefs.tracesWith('span', attribute)}
      />
      {span.events.length > 0 && (
        <Section title="Events" count={span.events.length}>
          {span.events.map((event, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: events of a span never change their order.
            <div key={index} className="span-event">
              <p>
                <b>{event.name}</b>{' '}
                <span className="faint">
                  +{formatDurationMs(nanoToMs(event.timeNano - span.startNano))}
                </span>
              </p>
              <AttributeRows attributes={event.attributes} />
            </div>
          ))}
        </Section>
      )}
      {span.links.length > 0 && (
        <Section title="Links" count={span.links.length}>
          {span.links.map((link) => (
            <div key={`${link.traceId} ${link.spanId}`} className="span-event">
              <Link className="mono" to={hrefs.traceOf(link.traceId, link.spanId)}>
                {link.traceId}
              </Link>
              <AttributeRows attributes={link.attributes} />
            </div>
          ))}
        </Section>
      )}
      <Attributes
        title="Resource"
        attributes={span.resource}
        hrefOf={(attribute) => hrefs.tracesWith('resource', attribute)}
      />
      {span.scopeName !== '' && (
        <Section title="Scope" count={undefined}>
          <p className="mono">
            {span.scopeName} {span.scopeVersion}
          </p>
        </Section>
      )}
    </aside>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count: number | undefined;
  readonly children: ReactNode;
}

function Section({ title, count, children }: SectionProps) {
  return (
    <section>
      <h3>
        {title} {count !== undefined && <span className="faint">{count}</span>}
      </h3>
      {children}
    </section>
  );
}

interface AttributesProps {
  readonly title: string;
  readonly attributes: readonly Attribute[];
  readonly hrefOf: (attribute: Attribute) => string;
}

function Attributes({ title, attributes, hrefOf }: AttributesProps) {
  return (
    <Section title={title} count={attributes.length}>
      {attributes.length === 0 ? (
        <p className="faint">None.</p>
      ) : (
        <AttributeRows attributes={attributes} hrefOf={hrefOf} />
      )}
    </Section>
  );
}

interface AttributeRowsProps {
  readonly attributes: readonly Attribute[];
  readonly hrefOf?: (attribute: Attribute) => string;
}

function AttributeRows({ attributes, hrefOf }: AttributeRowsProps) {
  return (
    <table className="attributes">
      <tbody>
        {attributes.map((attribute) => (
          <tr key={attribute.key}>
            <th scope="row">{withBreaks(attribute.key)}</th>
            <td>
              <span className="attribute-value">{printAttribute(attribute.value)}</span>
              {hrefOf !== undefined && typeof attribute.value !== 'object' && (
                <Link
                  className="attribute-find"
                  to={hrefOf(attribute)}
                  title="Find traces with this value"
                >
                  find
                </Link>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Long names may break behind their dots, and only there. */
const withBreaks = (key: string): ReactNode =>
  key.split('.').map((part, index, parts) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name never change their order.
    <Fragment key={index}>
      {part}
      {index < parts.length - 1 && (
        <>
          .<wbr />
        </>
      )}
    </Fragment>
  ));
