export const promtailConfigErrors = {
  promtail_config_invalid:
    "Promtail's configuration file has mistakes; the message lists every one with its place.",
  promtail_config_unreadable: "Promtail's configuration file cannot be read.",
} as const;
