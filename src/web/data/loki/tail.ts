// GET /loki/api/v1/tail → log lines as they come, over a WebSocket.
// Spec: https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs

import type { LogRow } from '../../frame/log-row.ts';
import { toSearch } from '../request.ts';
import { type StreamResult, toRows } from './query-range.ts';

interface TailMessage {
  readonly streams: readonly StreamResult[] | null;
  readonly dropped_entries: readonly unknown[] | null;
}

export interface TailAsked {
  readonly query: string;
  /** Lines of the past from here on. */
  readonly fromNano: bigint;
  /** So many of the past, the last ones. */
  readonly limit: number;
}

export interface TailHandlers {
  readonly onOpen: () => void;
  /** Newest first; `dropped`: lines that the server left out because this client was slow. */
  readonly onLines: (rows: readonly LogRow[], dropped: number) => void;
  /** Once, whoever ended it; `wasOpen` is false when there was no connection at all. */
  readonly onEnd: (end: { readonly wasOpen: boolean; readonly reason: string }) => void;
}

/** Gives what ends it; nothing is called after that. */
export function openTail(asked: TailAsked, handlers: TailHandlers): () => void {
  const url = new URL('loki/api/v1/tail', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = toSearch({
    query: asked.query,
    start: String(asked.fromNano),
    limit: asked.limit,
    encoding_flags: 'categorize-labels',
  }).toString();
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  let wasOpen = false;
  let isEnded = false;
  socket.onopen = () => {
    wasOpen = true;
    if (!isEnded) handlers.onOpen();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (isEnded) return;
    const { rows, dropped } = readTailMessage(data);
    handlers.onLines(rows, dropped);
  };
  socket.onclose = ({ reason }) => {
    if (isEnded) return;
    isEnded = true;
    handlers.onEnd({ wasOpen, reason });
  };
  return () => {
    isEnded = true;
    socket.close();
  };
}

export function readTailMessage(data: string | ArrayBuffer): {
  readonly rows: readonly LogRow[];
  readonly dropped: number;
} {
  const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
  const message = JSON.parse(text) as TailMessage;
  return { rows: toRows(message.streams ?? []), dropped: message.dropped_entries?.length ?? 0 };
}
