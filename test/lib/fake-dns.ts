// A faked name server over UDP: answers from a table; names that are not in it do not exist.
import { createSocket } from 'node:dgram';

type Record =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'SRV'; readonly target: string; readonly port: number }
  | { readonly type: 'MX'; readonly target: string }
  | { readonly type: 'NS'; readonly target: string };

export interface FakeDns {
  readonly server: string;
  /** By full name. */
  readonly records: Map<string, readonly Record[]>;
  /** Answers nothing but failures. */
  failing: boolean;
  close(): void;
}

const codes = { A: 1, NS: 2, MX: 15, SRV: 33 } as const;

export async function startFakeDns(): Promise<FakeDns> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const fake: FakeDns = {
    server: `127.0.0.1:${socket.address().port}`,
    records: new Map(),
    failing: false,
    close: () => socket.close(),
  };
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    const known = fake.records.get(name);
    const answers = (known ?? []).filter((record) => codes[record.type] === type);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    const code = fake.failing ? 2 : known ? 0 : 3;
    header.writeUInt16BE(0x8580 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(fake.failing ? 0 : answers.length, 6);
    const sections = fake.failing ? [] : answers.map(encode);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...sections]), port, address);
  });
  return fake;
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + size).toString('latin1'));
    at += size + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

function encode(record: Record): Buffer {
  const data = dataOf(record);
  const head = Buffer.alloc(12);
  // The name is that of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(codes[record.type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(record: Record): Buffer {
  if (record.type === 'A') return Buffer.from(record.address.split('.').map(Number));
  const target = encodeName(record.target);
  if (record.type === 'NS') return target;
  if (record.type === 'MX') return Buffer.concat([Buffer.from([0, 10]), target]);
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(record.port, 4);
  return Buffer.concat([numbers, target]);
}
