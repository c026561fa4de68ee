// Syslog over real sockets: TCP in both framings, TLS, UDP; labels, limits, and bad messages.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { createCertificate } from '../lib/certificate.ts';
import { type Collected, collectAlloy, collectPromtail, labelsOf } from '../lib/collected.ts';
import { eventually } from '../lib/eventually.ts';

let running: Collected | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const promtail = (syslog: string, rules = ''): string => `
scrape_configs:
  - job_name: syslog
    syslog:
      listen_address: 127.0.0.1:0
      labels: { job: syslog }
      ${syslog}
    relabel_configs:
      - { source_labels: [__syslog_message_hostname], target_label: host }
      ${rules}
`;

async function start(syslog: string, rules = '', context = {}): Promise<number> {
  running = await collectPromtail(promtail(syslog, rules), { context });
  return running.port('listening for syslog');
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const collected = (): Collected => running as Collected;

it('takes both framings of one connection, and labels as Promtail does', async () => {
  const rules = [
    '- { action: labelmap, regex: __syslog_message_(sd_.+|severity|facility|app_name|proc_id|msg_id) }',
    '- { source_labels: [__syslog_connection_ip_address], target_label: ip }',
  ].join('\n      ');
  const port = await start('label_structured_data: true', rules);
  const socket = await dial(port);
  const first = '<165>1 2026-02-03T04:05:06Z web-1 shop 7 ORDER [origin@123 ip="10.0.0.1"] paid';
  const second = '<14>1 - web-2 - - - - two\nlines';
  socket.write(`${first}\n${second.length} ${second}`);
  expect(await collected().untilLines(2)).toEqual(['paid', 'two\nlines']);
  expect(labelsOf(collected())).toEqual([
    {
      ...{ job: 'syslog', host: 'web-1', severity: 'notice', facility: 'local4', ip: '127.0.0.1' },
      ...{ app_name: 'shop', proc_id: '7', msg_id: 'ORDER', sd_origin_123_ip: '10.0.0.1' },
    },
    { job: 'syslog', host: 'web-2', severity: 'informational', facility: 'user', ip: '127.0.0.1' },
  ]);
  expect(collected().counted('sightline_syslog_connections')).toBe(1);
  socket.destroy();
  await eventually('no connection', () =>
    collected().counted('sightline_syslog_connections') === 0 ? true : undefined,
  );
});

it('goes on after messages that are bad, empty or too long', async () => {
  const port = await start('max_message_length: 60');
  const socket = await dial(port);
  socket.write(`no syslog\n<14>1 - h a - - - one\n<14>1 - h a - - -\n<14>1 ${'x'.repeat(80)}\n`);
  socket.end('<999>1 - - - - - -\n<14>1 - h a - - - two');
  expect(await collected().untilLines(2)).toEqual(['one', 'two']);
  expect(collected().counted('promtail_syslog_target_parsing_errors_total')).toBe(2);
  expect(collected().counted('promtail_syslog_empty_messages_total')).toBe(1);
  expect(collected().counted('sightline_syslog_refused_total')).toBe(1);
  expect(collected().counted('promtail_syslog_target_entries_total')).toBe(2);
  const complaints = collected().log.filter(({ level }) => level === 'warn');
  expect(complaints.map(({ fields }) => fields.error)).toEqual([
    'cannot read the message: <priority> is missing at character 1',
  ]);
});

it('takes times and whole messages where it is told to', async () => {
  const port = await start('use_incoming_timestamp: true\n      use_rfc5424_message: true');
  const socket = await dial(port);
  const message = '<14>1 2026-02-03T04:05:06.5Z h a - - - x';
  socket.end(`${message}\n`);
  expect(await collected().untilLines(1)).toEqual([message]);
  expect(collected().entries[0]?.timeNano).toBe(1_770_091_506_500_000_000n);
});

it('gives equal messages times of their own', async () => {
  const port = await start('syslog_format: raw');
  const socket = await dial(port);
  socket.end('same\nsame\n2026 same\n');
  expect(await collected().untilLines(3)).toEqual(['same', 'same', '2026 same']);
  expect(new Set(collected().entries.map(({ timeNano }) => timeNano)).size).toBe(3);
});

it('takes datagrams of RFC 3164', async () => {
  const port = await start('listen_protocol: udp\n      syslog_format: rfc3164');
  const socket = createSocket('udp4');
  await eventually('a datagram', async () => {
    socket.send('<13>Jun  1 00:00:00 web-1 shop[7]: paid\n', port, '127.0.0.1');
    return collected().entries.length > 0 ? true : undefined;
  });
  socket.close();
  expect(collected().lines()[0]).toBe('paid');
  expect(labelsOf(collected())[0]).toEqual({ job: 'syslog', host: 'web-1' });
});

it('takes datagrams on every interface, and names their sender', async () => {
  const rule = '- { source_labels: [__syslog_connection_ip_address], target_label: ip }';
  const text = promtail('listen_protocol: udp\n      syslog_format: raw', rule);
  running = await collectPromtail(text.replace('127.0.0.1:0', ':0'));
  const port = await running.port('listening for syslog');
  const socket = createSocket('udp4');
  await eventually('a datagram', async () => {
    socket.send('x', port, '127.0.0.1');
    return collected().entries.length > 0 ? true : undefined;
  });
  socket.close();
  expect(labelsOf(collected())[0]).toEqual({ job: 'syslog', ip: '127.0.0.1' });
});

it('drops datagrams that do not fit in the queue, and counts them', async () => {
  const port = await start(
    'listen_protocol: udp\n      syslog_format: raw\n      max_message_length: 65000',
  );
  collected().isFull = true;
  const socket = createSocket('udp4');
  const message = Buffer.alloc(60_000, 'x');
  await eventually('a datagram that is dropped', async () => {
    for (let i = 0; i < 20; i++) socket.send(message, port, '127.0.0.1');
    return collected().counted('sightline_syslog_refused_total') > 0 ? true : undefined;
  });
  socket.close();
  collected().isFull = false;
});

it('reads what has arrived when it stops', async () => {
  const port = await start('syslog_format: raw');
  const socket = await dial(port);
  socket.write('first\n');
  await collected().untilLines(1);
  await new Promise((resolve) => socket.write('last\n'.repeat(1000), resolve));
  await collected().stop();
  expect(collected().lines()).toHaveLength(1001);
});

it('lets senders wait while the store is full', async () => {
  const port = await start('syslog_format: raw');
  collected().isFull = true;
  const socket = await dial(port);
  const sent = 20_000;
  socket.end(`${'x'.repeat(999)}\n`.repeat(sent));
  await eventually('the first lines', () => (collected().entries.length > 0 ? true : undefined));
  const before = collected().entries.length;
  expect(before).toBeLessThan(sent / 2);
  collected().isFull = false;
  expect((await collected().untilLines(sent)).length).toBe(sent);
});

it('turns away connections above the limit, and silent ones', async () => {
  const port = await start('idle_timeout: 300ms', '', { syslogConnectionsMax: 1 });
  const first = await dial(port);
  const second = connect(port, '127.0.0.1');
  second.on('error', () => {});
  await once(second, 'close');
  expect(collected().counted('sightline_syslog_refused_total')).toBe(1);
  await once(first, 'close');
  expect(collected().counted('sightline_syslog_refused_total')).toBe(2);
});

it('says that a port is taken, and takes it when it is free', async () => {
  const port = await start('');
  const text = promtail('').replace(':0', `:${port}`);
  const second = await collectPromtail(text);
  try {
    const { fields } = await second.said('cannot listen for syslog; it is tried again');
    expect(fields).toMatchObject({ where: 'promtail.yml:5:7', protocol: 'tcp' });
    await running?.stop();
    expect(await second.port('listening for syslog')).toBe(port);
  } finally {
    await second.stop();
  }
});

it('takes TLS from senders with a certificate', async () => {
  const { certFile, keyFile, remove } = await createCertificate();
  try {
    const alloy = `
      loki.source.syslog "tls" {
        listener {
          address = "127.0.0.1:0"
          labels  = { job = "tls" }
          tls_config {
            cert_file = "${certFile}"
            key_file  = "${keyFile}"
            ca_file   = "${certFile}"
          }
        }
        forward_to = [loki.write.w.receiver]
      }
      loki.write "w" {}
    `;
    running = await collectAlloy(alloy);
    const port = await running.port('listening for syslog');
    const [cert, key] = [certFile, keyFile].map((file) => readFileSync(file));
    const trust = { ca: cert, checkServerIdentity: () => undefined };
    const stranger = connectTls({ port, host: '127.0.0.1', ...trust });
    stranger.on('error', () => {});
    await new Promise((resolve) => stranger.on('close', resolve));
    const socket = connectTls({ port, host: '127.0.0.1', cert, key, ...trust });
    await once(socket, 'secureConnect');
    socket.end('<14>1 - h a - - - secret\n');
    expect(await running.untilLines(1)).toEqual(['secret']);
  } finally {
    await remove();
  }
});
