export const logStageErrors = {
  log_stage_invalid: 'A pipeline stage has arguments that make no sense; the message says which.',
} as const;
