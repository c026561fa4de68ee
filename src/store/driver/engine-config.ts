// The files that the embedded engine starts from, as text: a small server for one program.
// `default` is the engine's own session, which has no password; it may open the ports and wait,
// nothing else. Settings: https://clickhouse.com/docs/operations/server-configuration-parameters/settings

export interface EngineConfig {
  /** Resident bytes that the whole process may come to. */
  readonly memoryBytesMax: number;
  readonly cores: number;
  readonly user: string;
  readonly password: string;
  readonly usersPath: string;
  /** More configuration, as XML elements: the clusters of a test. */
  readonly extraXml?: string;
}

const mib = 1 << 20;

// The engine counts what it allocates; the pages of its library and the host come on top of that.
const untrackedBytes = 300 * mib;
const trackedBytesMax = (bytesMax: number): number =>
  Math.round(Math.max(bytesMax - untrackedBytes, bytesMax / 2));

const mergeThreads = (cores: number): number => Math.max(2, Math.min(16, Math.floor(cores / 2)));

export function printEngineConfig(config: EngineConfig): string {
  return `<clickhouse>
  <logger><level>none</level></logger>
  <timezone>UTC</timezone>
  <users_config>${escapeXml(config.usersPath)}</users_config>
  <max_server_memory_usage>${trackedBytesMax(config.memoryBytesMax)}</max_server_memory_usage>
  <max_concurrent_queries>200</max_concurrent_queries>
  <max_connections>512</max_connections>
  <keep_alive_timeout>60</keep_alive_timeout>
  <mark_cache_size>${128 * mib}</mark_cache_size>
  <index_mark_cache_size>${32 * mib}</index_mark_cache_size>
  <primary_index_cache_size>${64 * mib}</primary_index_cache_size>
  <uncompressed_cache_size>${64 * mib}</uncompressed_cache_size>
  <index_uncompressed_cache_size>${64 * mib}</index_uncompressed_cache_size>
  <compiled_expression_cache_size>${16 * mib}</compiled_expression_cache_size>
  <mmap_cache_size>64</mmap_cache_size>
  <background_pool_size>${mergeThreads(config.cores)}</background_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <max_thread_pool_size>1000</max_thread_pool_size>
  <max_thread_pool_free_size>16</max_thread_pool_free_size>
  <max_io_thread_pool_size>16</max_io_thread_pool_size>
  <max_io_thread_pool_free_size>0</max_io_thread_pool_free_size>
  <async_insert_threads>0</async_insert_threads>
  <!-- By default a pool as small as this one merges small parts only. -->
  <merge_tree>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
  ${config.extraXml ?? ''}
</clickhouse>
`;
}

export function printUsersConfig(config: EngineConfig): string {
  const user = (name: string, body: string): string =>
    `    <${name}>${body}<profile>default</profile><quota>default</quota></${name}>`;
  const loopback = '<networks><ip>127.0.0.1</ip><ip>::1</ip></networks>';
  return `<clickhouse>
  <profiles><default></default></profiles>
  <quotas><default></default></quotas>
  <users>
${user(
  'default',
  `<password></password>${loopback}<grants><query>GRANT SYSTEM LISTEN ON *.*</query>` +
    '<query>GRANT SELECT ON system.numbers</query></grants>',
)}
${user(
  config.user,
  `<password>${escapeXml(config.password)}</password>${loopback}<access_management>1</access_management>`,
)}
  </users>
</clickhouse>
`;
}

const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
