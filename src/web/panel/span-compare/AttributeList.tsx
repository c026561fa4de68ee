// What tells two sets of spans apart: attributes from the most telling, values with a bar for each set.

import { useState } from 'react';
import { formatCount } from '../../chart/format.ts';
import type { ComparedValue } from '../../data/span-compare.ts';
import type { AttributeBlock, ComparisonScene, ValueLine } from './layout.ts';
import './span-compare.css';

interface AttributeListProps {
  readonly scene: ComparisonScene;
  readonly onValue: (attribute: string, value: ComparedValue) => void;
}

const linesShown = 5;

export function AttributeList({ scene, onValue }: AttributeListProps) {
  return (
    <div className="span-compare">
      <p className="span-compare-legend">
        <span className="dot selection" /> The selection, {formatCount(scene.selection)} spans
        <span className="dot baseline" /> All others, {formatCount(scene.baseline)} spans
        <span className="faint">A click on a value narrows the search to it.</span>
      </p>
      {scene.attributes.map((block) => (
        <Block key={block.attribute} block={block} onValue={onValue} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly block: AttributeBlock;
  readonly onValue: AttributeListProps['onValue'];
}

function Block({ block, onValue }: BlockProps) {
  const [showsAll, setShowsAll] = useState(false);
  const lines = showsAll ? block.lines : block.lines.slice(0, linesShown);
  const more = block.lines.length - linesShown;
  return (
    <section className="span-compare-block" aria-label={block.attribute}>
      <h2>
        <span className="mono ellipsis" title={block.attribute}>
          {block.attribute}
        </span>
        <span className="faint" title="How differently the values are spread, 0 to 100">
          {Math.round(block.score * 100)}
        </span>
      </h2>
      {lines.map((line) => (
        <Line key={line.key} line={line} onPick={() => onValue(block.attribute, line.value)} />
      ))}
      {more > 0 && (
        <button type="button" className="button small quiet" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `${more} more`}
        </button>
      )}
    </section>
  );
}

function Line({ line, onPick }: { readonly line: ValueLine; readonly onPick: () => void }) {
  const { text, fullText, selectionShare, baselineShare, selectionText, baselineText } = line;
  return (
    <button type="button" className="span-compare-line" title={fullText} onClick={onPick}>
      <span className="ellipsis">{text}</span>
      <span className="span-compare-bars" aria-hidden="true">
        <span className="selection" style={{ width: `${selectionShare * 100}%` }} />
        <span className="baseline" style={{ width: `${baselineShare * 100}%` }} />
      </span>
      <span className="span-compare-shares numeric">
        <span>{selectionText}</span>
        <span className="faint">{baselineText}</span>
      </span>
    </button>
  );
}
