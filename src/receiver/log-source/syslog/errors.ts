// Error codes of the syslog receiver.
export const syslogErrors = {
  syslog_malformed: 'A syslog message is not of the format that its listener was told.',
} as const;
