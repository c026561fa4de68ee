export const prometheusConfigErrors = {
  prometheus_config_invalid:
    'A prometheus.yml or a rule file has mistakes; the message lists every one with its place.',
  prometheus_config_unreadable: 'A prometheus.yml or a file that it names cannot be read.',
} as const;
