export const prometheusConfigErrors = {
  prometheus_config_invalid:
    "Prometheus's configuration file or a rule file has mistakes; the message lists every one with its place.",
  prometheus_config_unreadable:
    "Prometheus's configuration file, or a file that it names, cannot be read.",
} as const;
