// Fresh samples take many bytes each until a merge puts those of a series side by side. To the merge
// selector, which looks at bytes, a few small fresh parts are as large as a big one that was merged,
// and so it wrote the big one anew again and again. It now waits for more of them.
export const fewerMerges = `
-- alter-rows otel_samples
ALTER TABLE {table} MODIFY SETTING merge_selector_base = 10;

-- alter-rows otel_sample_starts
ALTER TABLE {table} MODIFY SETTING merge_selector_base = 10;
`;
