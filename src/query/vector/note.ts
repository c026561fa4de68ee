// What an operation has to tell about its input, beside its result. Texts follow Prometheus, whose
// users search for them: util/annotations/annotations.go there.

export interface Note {
  readonly level: 'warning' | 'info';
  readonly text: string;
}

export type TakeNote = (note: Note) => void;

export const takeNoNotes: TakeNote = () => undefined;

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

export const resetCollision = (operation: HistogramOperation): Note => ({
  level: 'warning',
  text: `conflicting counter resets during histogram ${operation}`,
});

export const mismatchedBounds = (operation: HistogramOperation): Note => ({
  level: 'info',
  text: `mismatched custom buckets were reconciled during ${operation}`,
});

export const mixedAggregation: Note = {
  level: 'warning',
  text: 'encountered a mix of histograms and floats for aggregation',
};

export const mixedSchemas = (metricName: string): Note => ({
  level: 'warning',
  text:
    'vector contains a mix of histograms with exponential and custom buckets schemas ' +
    `for metric name ${JSON.stringify(metricName)}`,
});

export const ignoredHistogram = (aggregation: string): Note => ({
  level: 'info',
  text: `ignored histogram in ${aggregation} aggregation`,
});

export const incompatibleTypes = (left: string, operator: string, right: string): Note => ({
  level: 'info',
  text:
    'incompatible sample types encountered for binary operator ' +
    `"${operator}": ${left} ${operator} ${right}`,
});

export const incompatibleLayouts = (operator: string): Note => ({
  level: 'warning',
  text: `incompatible bucket layout encountered for binary operator ${operator}`,
});
