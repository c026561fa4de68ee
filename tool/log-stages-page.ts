// docs/reference/log-stages.md: every pipeline stage from its definition, and what holds for all.
import { refusedStages } from '#pipeline/log/stage-config.ts';
import { dockerLineBytesMax, dockerPartialLinesMax } from '#processor/log-stage/docker.ts';
import { stages } from '#processor/log-stage/index.ts';
import { multilineStreamsMax } from '#processor/log-stage/multiline.ts';
import { stageFunctions } from '#processor/log-stage/template-functions.ts';
import { fudgedStreamsMax } from '#processor/log-stage/timestamp.ts';

const intro = `# Pipeline stages of collected lines

Generated from the code by \`npm run gen\`; do not edit.

What \`pipeline_stages\` of a Promtail file and \`loki.process\` of an Alloy file may hold. Semantics are Promtail's;
stages that only Alloy has are there in its files. Arguments are checked before anything runs: what makes no
sense is refused with file, line and column.

Every line begins with its labels as values; a stage takes values and finds more. A stage that cannot do its work on a
line (no JSON, a time in another format) lets the line pass unchanged and counts it in
\`sightline_log_stage_failures_total\`. Dropped lines are counted in \`logentry_dropped_lines_total\` by reason. A position in
a file moves on only when a line is stored or dropped: a line that is held (a half-read block, a line that waits for
its turn) is read again after a crash, and handed on when the program stops.
`;

const limits = `## Limits

* \`multiline\`: ${multilineStreamsMax} streams with a block; one more, and the oldest block is handed on.
* \`cri\`: \`max_partial_lines\` streams with a line in pieces; one more, and all are handed on as they are. \`docker\`: the same
  with ${dockerPartialLinesMax}, and a line of ${dockerLineBytesMax} bytes is handed on as far as it is there.
* \`timestamp\`: the last times of ${fudgedStreamsMax} streams, for \`action_on_failure: fudge\`.
* \`limit\`: \`max_distinct_labels\` values of a label, at least 10000; those not seen for the longest are forgotten.
* \`metrics\`: \`logs.max_stage_series\` series of a metric; lines over it are counted in
  \`sightline_log_stage_metric_refused_total\`.
* Templates: a million steps and a million characters.

## What differs

* Regular expressions are RE2, as in Promtail; label values that are no valid UTF-8 make no label.
* \`docker\` joins lines that Docker has cut into pieces of 16 KiB; Promtail makes an entry of each piece.
* \`cri\` and \`multiline\` hand on what they hold when the program stops; Promtail's \`cri\` loses it.
* \`truncate\` never cuts a character in two.
* \`limit\` that waits holds back its source; on stopping, what waits is handed on at once.
* Templates have Promtail's functions, those of LogQL's \`line_format\`, and of sprig ${Object.keys(stageFunctions).join(', ')}.
  Other functions of sprig are refused by name.
* \`tenant\` sets the tenant where \`tenancy.enabled\` is on.
* Metrics are on \`/metrics\` of the program and in its own store.
`;

export function printLogStages(): string {
  const parts = Object.values(stages)
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
    .map(({ kind, doc, example }) => `### ${kind}\n\n${doc}\n\n\`\`\`yaml\n${example}\n\`\`\`\n`);
  const refused = Object.entries(refusedStages).map(([name, why]) => `* \`${name}\`: ${why}`);
  return [intro, limits, `## Refused\n\n${refused.join('\n')}\n`, '## Stages\n', ...parts].join(
    '\n',
  );
}
