// What can be wrong with the parameters of a request to the Prometheus API.
export const prometheusErrors = {
  prometheus_parameter: 'A parameter of the request is not what the Prometheus API takes.',
} as const;
