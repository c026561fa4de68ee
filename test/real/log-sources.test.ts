// Real programs that send logs: logger and rsyslogd over TCP and UDP in both formats, and a terminal in tmux
// whose output is tailed. What they sent is asked for by LogQL.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { eventually } from '../lib/eventually.ts';
import { sendByLogger, startRsyslog, startTmux } from '../lib/real-log-senders.ts';
import { describeReal } from '../lib/real-programs.ts';

let folder: string;
let sightline: Sightline;
const log: string[] = [];

const job = (protocol: string, format: string): string => `
  - job_name: ${protocol}-${format}
    syslog:
      listen_address: 127.0.0.1:0
      listen_protocol: ${protocol}
      syslog_format: ${format}
      label_structured_data: true
      use_incoming_timestamp: true
      labels: { job: ${protocol}-${format} }
    relabel_configs:
      - { action: labelmap, regex: __syslog_message_(hostname|app_name|severity|facility|msg_id|sd_.+) }
`;
const promtail = (): string => `
scrape_configs:${job('tcp', 'rfc5424')}${job('udp', 'rfc5424')}${job('tcp', 'rfc3164')}${job('udp', 'rfc3164')}
  - job_name: terminal
    static_configs:
      - { targets: [localhost], labels: { job: terminal, __path__: '${folder}/terminal.log' } }
    pipeline_stages:
      - replace: { expression: '(\\r)', replace: '' }
`;

/** The port that our log names for a listener. */
const port = (protocol: string, format: string): Promise<string> =>
  eventually(
    `the port of ${protocol} ${format}`,
    () =>
      log
        .filter((line) => line.includes('listening for syslog'))
        .map((line) => /address=127\.0\.0\.1:(\d+) protocol=(\w+) format=(\w+)/.exec(line))
        .find((found) => found?.[2] === protocol && found[3] === format)?.[1],
  );

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: string, line: string])[];
}

async function streamsOf(query: string): Promise<Stream[]> {
  await sightline.flush();
  const params = new URLSearchParams({ query, since: '1h', limit: '1000' });
  const url = `http://127.0.0.1:${sightline.ports.loki}/loki/api/v1/query_range?${params}`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(await response.text());
  const { data } = (await response.json()) as { data: { result: Stream[] } };
  return data.result;
}

const lineOf = (query: string): Promise<Stream['stream'] & { readonly line: string }> =>
  eventually(query, async () => {
    const [found] = await streamsOf(query);
    return found && { ...found.stream, line: found.values[0]?.[1] ?? '' };
  });

describeReal('real senders of logs', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-senders-'));
    await writeFile(join(folder, 'terminal.log'), '');
    const file = join(folder, 'promtail.yml');
    await writeFile(file, promtail());
    sightline = await startSightline({
      dataDir: join(folder, 'data'),
      config: { promtail: { config_file: file }, internal_telemetry: { enabled: false } },
      log: (line) => void log.push(line),
    });
  });
  afterAll(async () => {
    await sightline?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['tcp', 'rfc5424', ['--octet-count']],
    ['tcp', 'rfc5424', []],
    ['udp', 'rfc5424', []],
    ['tcp', 'rfc3164', []],
    ['tcp', 'rfc3164', ['--octet-count']],
    ['udp', 'rfc3164', []],
  ] as const)('logger sends over %s in %s %s', async (protocol, format, more) => {
    const server = ['--server', '127.0.0.1', '--port', await port(protocol, format)];
    const text = `by logger ${more.length}: ü 🙂`;
    const tag = ['--priority', 'local3.err', '--tag', 'shop', '--id=4711'];
    const data =
      format === 'rfc5424' ? ['--sd-id', 'zoo@123', '--sd-param', 'tiger="hungry \\"x\\""'] : [];
    await sendByLogger(`--${protocol}`, `--${format}`, ...server, ...tag, ...data, ...more, text);
    const found = await lineOf(`{job="${protocol}-${format}"} |= "logger ${more.length}"`);
    expect(found).toMatchObject({ line: text, app_name: 'shop', facility: 'local3' });
    expect(found).toMatchObject({ severity: 'error', hostname: expect.stringMatching(/\w/) });
    if (format === 'rfc5424') expect(found).toMatchObject({ sd_zoo_123_tiger: 'hungry "x"' });
  });

  it('rsyslogd forwards in four ways, and loses nothing', async () => {
    const forward = (protocol: string, target: string, template: string, more = ''): string =>
      `action(type="omfwd" target="127.0.0.1" protocol="${protocol}" port="${target}" template="${template}" ${more})`;
    const octets = 'TCP_Framing="octet-counted"';
    const actions = [
      forward('tcp', await port('tcp', 'rfc5424'), 'RSYSLOG_SyslogProtocol23Format', octets),
      forward('udp', await port('udp', 'rfc5424'), 'RSYSLOG_SyslogProtocol23Format'),
      forward('tcp', await port('tcp', 'rfc3164'), 'RSYSLOG_TraditionalForwardFormat'),
      forward('udp', await port('udp', 'rfc3164'), 'RSYSLOG_ForwardFormat'),
    ];
    const rsyslog = await startRsyslog(folder, actions.join('\n'));
    try {
      const count = 200;
      const lines = Array.from({ length: count }, (_, i) => `rsyslog line ${i}\n`).join('');
      await writeFile(join(folder, 'lines'), lines);
      const to = ['--socket', rsyslog.socket, '--tag', 'app', '--priority', 'user.warning'];
      await sendByLogger(...to, '--file', join(folder, 'lines'));
      for (const name of ['tcp-rfc5424', 'udp-rfc5424', 'tcp-rfc3164', 'udp-rfc3164']) {
        const query = `{job="${name}", hostname="rsyslog-host"} |= "rsyslog line"`;
        const streams = await eventually(`all lines of ${name}`, async () => {
          const found = await streamsOf(query);
          const all = found.reduce((sum, { values }) => sum + values.length, 0);
          return all >= count ? found : undefined;
        });
        const seen = streams.flatMap(({ values }) => values.map(([, line]) => line));
        expect(new Set(seen).size, name).toBe(count);
        expect(seen.length, name).toBe(count);
        const { stream } = streams[0] as Stream;
        expect(stream).toMatchObject({ app_name: 'app', severity: 'warning', facility: 'user' });
      }
    } finally {
      await rsyslog.stop();
    }
  });

  it('tmux writes what a terminal shows', async () => {
    const tmux = await startTmux(folder, join(folder, 'terminal.log'));
    try {
      await tmux.type('echo sum $((20 + 3))');
      await tmux.type('for i in 1 2 3; do echo "line $i of the terminal"; done');
      expect((await lineOf('{job="terminal"} |= "sum 23"')).line).toBe('sum 23');
      const lines = await eventually('three lines', async () => {
        const streams = await streamsOf('{job="terminal"} |~ "^line [0-9] of the terminal$"');
        const found = streams.flatMap(({ values }) => values.map(([, line]) => line));
        return found.length >= 3 ? found.sort() : undefined;
      });
      expect(lines).toEqual([1, 2, 3].map((i) => `line ${i} of the terminal`));
    } finally {
      await tmux.stop();
    }
  });
}, ['rsyslogd', 'logger', 'tmux']);
