// Error codes of where positions of log sources are kept.
export const positionsErrors = {
  positions_unreadable: 'The file with the positions of log sources cannot be read or made.',
  promtail_positions_invalid: "A positions file of Promtail's cannot be read.",
} as const;
