// Why items of OTLP are rejected.

export type RejectionReason =
  | 'with an invalid trace id'
  | 'with an invalid span id'
  | 'with an invalid parent span id'
  | 'older than ingest.max_age allows'
  | 'newer than ingest.max_future allows'
  | 'with an attribute or body larger than ingest.max_attribute_bytes or nested too deep'
  | 'of a metric without a name'
  | 'of a metric whose name or unit is too long'
  | 'without a value'
  | 'with bucket counts that do not fit the bounds'
  | 'with bounds that do not rise'
  | 'with a scale outside of -10 to 20';
