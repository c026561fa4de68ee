// Error codes of reading logs of pods through the API server.
export const kubernetesLogErrors = {
  kubernetes_logs_refused: 'The API server does not give the log of a container.',
} as const;
