// What tells some of the spans from the others.

import { useMemo, useState } from 'react';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import type { RequestError } from '../../../data/request.ts';
import { type ComparedSpans, compareSpans } from '../../../data/span-compare.ts';
import { querySlowest } from '../../../data/tempo/metrics-query.ts';
import { type RequestState, useRequest } from '../../../data/use-request.ts';
import { AttributeList } from '../../../panel/span-compare/AttributeList.tsx';
import { layoutComparison } from '../../../panel/span-compare/layout.ts';
import type { View } from '../../view.ts';
import { type AskedComparison, compareQuery, errorSelection, narrowTo } from './asked.ts';
import { whyNothingDiffers } from './why-alike.ts';

export function useComparison(
  asked: AskedComparison | undefined,
  view: View,
): RequestState<ComparedSpans> {
  const { resolved, turn } = view;
  const { spans = '', selection = '', valuesMax = 0 } = asked ?? {};
  const key = `${spans} ${selection} ${valuesMax} ${resolved.fromMs} ${resolved.toMs} ${turn}`;
  return useRequest(asked && key, (signal) =>
    compareSpans({ query: spans, selection, range: resolved, valuesMax }, signal),
  );
}

const noSpans: ComparedSpans = { selection: 0, baseline: 0, attributes: [] };

interface ComparisonViewProps {
  readonly asked: AskedComparison;
  readonly view: View;
  readonly answer: RequestState<ComparedSpans>;
  readonly onQuery: (query: string) => void;
}

export function ComparisonView({ asked, view, answer, onQuery }: ComparisonViewProps) {
  const { value } = answer;
  const scene = useMemo(
    () => layoutComparison(value ?? noSpans, asked.selection),
    [value, asked.selection],
  );
  const empty =
    value === undefined ? undefined : whyNothingDiffers(scene, () => onQuery(asked.spans));
  return (
    <>
      <SelectionBar asked={asked} view={view} onQuery={onQuery} />
      <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
      {empty !== undefined && !answer.isLoading && <Note {...empty} />}
      {value !== undefined && empty === undefined && (
        <AttributeList
          scene={scene}
          onValue={(attribute, { type, value: text }) =>
            onQuery(narrowTo(asked.spans, { attribute, type, value: text }) + asked.rest)
          }
        />
      )}
    </>
  );
}

function SelectionBar({ asked, view, onQuery }: Omit<ComparisonViewProps, 'answer'>) {
  const [failure, setFailure] = useState<RequestError>();
  const isSlow = /^\{\s*duration\s*>=?\s*[\d.]+\w+\s*\}$/.test(asked.selection);
  const isError = asked.selection.replace(/\s/g, '') === errorSelection.replace(/\s/g, '');
  const pickSlowest = async (): Promise<void> => {
    setFailure(undefined);
    const signal = AbortSignal.timeout(60_000);
    try {
      const duration = await querySlowest({ query: asked.spans, range: view.resolved }, signal);
      if (duration !== undefined) onQuery(compareQuery(asked.spans, `{ duration > ${duration} }`));
    } catch (error) {
      setFailure(error as RequestError);
    }
  };
  return (
    <div className="compare-selection">
      <span className="soft">Compare with all others</span>
      <button
        type="button"
        className="button small"
        aria-pressed={isError}
        onClick={() => onQuery(compareQuery(asked.spans, errorSelection))}
      >
        Errors
      </button>
      <button
        type="button"
        className="button small"
        aria-pressed={isSlow}
        title="Spans that take longer than nine of ten"
        onClick={() => void pickSlowest()}
      >
        The slowest tenth
      </button>
      <span className="mono faint ellipsis" title="The selection stands in compare(…)">
        {asked.selection}
      </span>
      {failure !== undefined && <span className="compare-failure">{failure.message}</span>}
    </div>
  );
}
