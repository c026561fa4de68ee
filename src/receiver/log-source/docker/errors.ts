// Error codes of reading logs from Docker.
export const dockerLogErrors = {
  docker_stream_malformed: 'The logs of a container came in no form that Docker documents.',
  docker_logs_refused: 'Docker does not give the logs of a container.',
} as const;
