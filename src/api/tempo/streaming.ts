// tempopb.StreamingQuerier: the gRPC service that Grafana asks when streaming is on. A request becomes
// the parameters that HTTP has for it, so that both give one answer; the stream is that answer in parts,
// of a search as they are found. A client joins the lists of what came; what an answer cost is in its last
// part.
import {
  decodeMessage,
  encodeInParts,
  type Message,
  type MessageOf,
  type MessageTable,
} from '#codec/tempo/message.ts';
import {
  queryInstantRequest,
  queryInstantResponse,
  queryRangeRequest,
  queryRangeResponse,
  searchRequest,
  searchResponse,
  searchTagsRequest,
  searchTagsResponse,
  searchTagsV2Response,
  searchTagValuesRequest,
  searchTagValuesResponse,
  searchTagValuesV2Response,
} from '#codec/tempo/tempopb.ts';
import type { GrpcCall, GrpcMethod, GrpcService } from '#server/route.ts';
import { toGrpcError } from './error-response.ts';
import { logfmtOf } from './legacy-tags.ts';
import { askMetricsInstant } from './metrics-query.ts';
import { askMetricsRange } from './metrics-query-range.ts';
import type { Question } from './params.ts';
import { askSearch, type SearchDeps } from './search.ts';
import { askTagValues, askTagValuesV2 } from './search-tag-values.ts';
import { askTags, askTagsV2 } from './search-tags.ts';

/** Clients take 4 MiB a message unless they are told otherwise. */
const partBytesMax = 2 << 20;
/** Tags of one scope in one item: names are short. */
const tagsPerItem = 10_000;

export function tempoGrpcServices(deps: SearchDeps): readonly GrpcService[] {
  const { engine } = deps;
  return [
    {
      name: 'tempopb.StreamingQuerier',
      methods: {
        Search: { serverStream: (bytes, call) => streamSearch(deps, bytes, call) },
        SearchTags: method(searchTagsRequest, searchTagsResponse, 'tagNames', (request, call) =>
          askTags(deps, questionOf(tagsParameters(request), call)),
        ),
        SearchTagsV2: method(
          searchTagsRequest,
          searchTagsV2Response,
          'scopes',
          async (request, call) =>
            withSmallScopes(await askTagsV2(deps, questionOf(tagsParameters(request), call))),
        ),
        SearchTagValues: method(
          searchTagValuesRequest,
          searchTagValuesResponse,
          'tagValues',
          (request, call) =>
            askTagValues(deps, questionOf(valuesParameters(request), call), request.tagName ?? ''),
        ),
        SearchTagValuesV2: method(
          searchTagValuesRequest,
          searchTagValuesV2Response,
          'tagValues',
          (request, call) =>
            askTagValuesV2(
              deps,
              questionOf(valuesParameters(request), call),
              request.tagName ?? '',
            ),
        ),
        MetricsQueryRange: method(
          queryRangeRequest,
          queryRangeResponse,
          'series',
          (request, call) => askMetricsRange(engine, questionOf(rangeParameters(request), call)),
        ),
        MetricsQueryInstant: method(
          queryInstantRequest,
          queryInstantResponse,
          'series',
          (request, call) => askMetricsInstant(engine, questionOf(timesOf(request), call)),
        ),
      },
    },
  ];
}

function method<T extends MessageTable>(
  request: T,
  response: MessageTable,
  list: string,
  ask: (request: MessageOf<T>, call: GrpcCall) => Promise<Message>,
): GrpcMethod {
  return {
    async *serverStream(bytes, call) {
      let message: Message;
      try {
        message = await ask(decodeMessage(request, bytes), call);
      } catch (error) {
        throw toGrpcError(error);
      }
      yield* encodeInParts(response, message, { list, bytesMax: partBytesMax });
    },
  };
}

/** The newest traces are sent while older ones are looked for. */
async function* streamSearch(
  deps: SearchDeps,
  bytes: Uint8Array,
  call: GrpcCall,
): AsyncGenerator<Uint8Array> {
  const early: Message[] = [];
  let wake = (): void => {};
  const parts = { list: 'traces', bytesMax: partBytesMax };
  try {
    const request = decodeMessage(searchRequest, bytes);
    const question = questionOf(searchParameters(request), call);
    const answer = askSearch(deps, question, (traces) => {
      early.push(...traces);
      wake();
    });
    for (let sent = 0; ; ) {
      const more = new Promise<undefined>((resolve) => {
        wake = () => resolve(undefined);
      });
      const found = early.length > sent ? undefined : await Promise.race([answer, more]);
      const known = found ? (found.message['traces'] as readonly Message[]) : early;
      const message = { ...found?.message, traces: known.slice(sent) };
      yield* encodeInParts(searchResponse, message, parts);
      if (found) return;
      sent += message.traces.length;
    }
  } catch (error) {
    throw toGrpcError(error);
  }
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** What is 0 or empty was not given. */
function questionOf(parameters: Parameters, { tenant, signal }: GrpcCall): Question {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value) query.set(name, String(value));
  }
  return { tenant, query, signal };
}

const searchParameters = (request: MessageOf<typeof searchRequest>): Parameters => ({
  q: request.Query,
  tags: logfmtOf(Object.entries(request.Tags ?? {})),
  minDuration: request.MinDurationMs && `${request.MinDurationMs}ms`,
  maxDuration: request.MaxDurationMs && `${request.MaxDurationMs}ms`,
  start: request.start,
  end: request.end,
  limit: request.Limit,
  spss: request.SpansPerSpanSet,
});

const tagsParameters = (request: MessageOf<typeof searchTagsRequest>): Parameters => ({
  scope: request.scope,
  q: request.query,
  start: request.start,
  end: request.end,
  limit: request.maxTagsPerScope,
});

const valuesParameters = (request: MessageOf<typeof searchTagValuesRequest>): Parameters => ({
  q: request.query,
  start: request.start,
  end: request.end,
  limit: request.maxTagValues,
});

const rangeParameters = (request: MessageOf<typeof queryRangeRequest>): Parameters => ({
  ...timesOf(request),
  step: request.step === undefined || request.step === '0' ? undefined : `${request.step}ns`,
  exemplars: request.exemplars,
});

const timesOf = (request: MessageOf<typeof queryInstantRequest>): Parameters => ({
  q: request.query,
  start: nanoOf(request.start),
  end: nanoOf(request.end),
});

/** Up to ten digits would be seconds over HTTP. */
const nanoOf = (text: string | undefined): string | undefined =>
  text === undefined || text === '0' ? undefined : text.padStart(11, '0');

/** A scope with very many tags becomes several of its name. */
function withSmallScopes(message: Message): Message {
  const scopes = message['scopes'] as readonly { name: string; tags: readonly string[] }[];
  const small = scopes.flatMap(({ name, tags }) =>
    Array.from({ length: Math.ceil(tags.length / tagsPerItem) }, (_, at) => ({
      name,
      tags: tags.slice(at * tagsPerItem, (at + 1) * tagsPerItem),
    })),
  );
  return { ...message, scopes: small };
}
