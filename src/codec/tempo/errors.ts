// Error codes of the messages of Tempo's gRPC service.
export const tempoCodecErrors = {
  tempo_protobuf:
    'The message is not the protobuf that the method of tempopb.StreamingQuerier takes.',
} as const;
