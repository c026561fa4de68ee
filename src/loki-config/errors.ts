export const lokiConfigErrors = {
  loki_config_invalid:
    "Loki's configuration file has mistakes; the message lists every one with its place.",
  loki_config_unreadable: "Loki's configuration file cannot be read.",
} as const;
