// The keys of the service graph. Names and defaults are those of Tempo's service_graphs processor, but
// for how long and how many spans wait (what Tempo gives up after 10 seconds is paired here), queues that
// send no spans are nodes, and the time in queues is measured.
import type { OptionDefinition } from './options.ts';

export const serviceGraphOptions = {
  'service_graph.enabled': {
    type: 'flag',
    default: 'true',
    meaning: 'Make traces_service_graph_* metrics of every span that is received.',
  },
  'service_graph.wait': {
    type: 'duration',
    default: '3m',
    least: '1s',
    meaning: 'How long the span of one side of a request waits for the span of the other side.',
  },
  'service_graph.max_items': {
    type: 'integer',
    default: '500000',
    least: '1',
    meaning:
      'Most spans that wait so (about 100 bytes each, with what remembers their edges). Over it the oldest expire early.',
  },
  'service_graph.local_wait': {
    type: 'duration',
    default: '10s',
    least: '1s',
    meaning:
      'How long a span waits before it is written to the store that is shared with other Sightlines (storage), for one of them may have the other side.',
  },
  'service_graph.histogram_buckets': {
    type: 'list',
    default: '0.1,0.2,0.4,0.8,1.6,3.2,6.4,12.8',
    meaning: 'Upper bounds of the buckets of durations, in seconds, ascending.',
  },
  'service_graph.dimensions': {
    type: 'list',
    default: '',
    meaning: 'Attributes of resources and spans that become labels of the metrics.',
  },
  'service_graph.enable_client_server_prefix': {
    type: 'flag',
    default: 'false',
    meaning: 'Labels client_<dimension> and server_<dimension> instead of one for both sides.',
  },
  'service_graph.peer_attributes': {
    type: 'list',
    default:
      'peer.service,db.name,db.system,db.system.name,messaging.destination.name,messaging.system',
    meaning: 'Attributes that name the other side when it sends no spans; the first one counts.',
  },
  'service_graph.database_name_attributes': {
    type: 'list',
    default: 'db.namespace,db.name,db.system,db.system.name',
    meaning: 'Attributes that make a client span a database request; the first one counts.',
  },
  'service_graph.enable_virtual_node_label': {
    type: 'flag',
    default: 'false',
    meaning: 'A label virtual_node (client or server) on edges of which one side sends no spans.',
  },
  'service_graph.enable_messaging_system_latency_histogram': {
    type: 'flag',
    default: 'true',
    meaning: 'Also measure the time between the end of producing and the start of consuming.',
  },
} as const satisfies Record<string, OptionDefinition>;
