// One message of RFC 5424:
//   SYSLOG-MSG = HEADER SP STRUCTURED-DATA [SP MSG]
//   HEADER     = "<" PRIVAL ">" VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID
// https://www.rfc-editor.org/rfc/rfc5424#section-6
import { parseRfc3339 } from '../rfc3339.ts';
import {
  malformed,
  readPriority,
  type StructuredElement,
  type SyslogMessage,
  withoutMark,
} from './message.ts';

/** Throws InputError `syslog_malformed`, with the place. */
export function parseRfc5424(text: string): SyslogMessage {
  const priority = readPriority(text);
  if (!priority) throw malformed('<priority> is missing', 0);
  const reader = new HeaderReader(text, priority.end);
  reader.version();
  const timeNano = reader.time();
  const hostname = reader.field('the host name', 255);
  const appName = reader.field('the name of the application', 48);
  const procId = reader.field('the process id', 128);
  const msgId = reader.field('the message id', 32);
  const { structuredData, end } = readStructuredData(text, reader.at);
  if (end < text.length && text[end] !== ' ') throw malformed('a space is missing', end);
  return {
    ...{ facility: priority.facility, severity: priority.severity },
    ...{ timeNano, hostname, appName, procId, msgId, structuredData },
    text: withoutMark(text.slice(end + 1)),
  };
}

class HeaderReader {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  version(): void {
    const from = this.at;
    const word = this.#word('the version');
    if (!/^[1-9]\d{0,2}$/.test(word)) throw malformed('the version is no number', from);
  }

  time(): bigint | undefined {
    const from = this.at;
    const word = this.#word('the time');
    if (word === '-') return undefined;
    const timeNano = word.includes('T') ? parseRfc3339(word) : undefined;
    if (timeNano === undefined) throw malformed('the time is not as in RFC 3339', from);
    return timeNano;
  }

  /** Undefined for the NILVALUE. */
  field(what: string, lengthMax: number): string | undefined {
    const from = this.at;
    const word = this.#word(what);
    if (word.length > lengthMax) {
      throw malformed(`${what} is longer than ${lengthMax} characters`, from);
    }
    return word === '-' ? undefined : word;
  }

  #word(what: string): string {
    const end = this.#text.indexOf(' ', this.at);
    if (end <= this.at) throw malformed(`${what} is missing`, this.at);
    const word = this.#text.slice(this.at, end);
    this.at = end + 1;
    return word;
  }
}

/**
 * STRUCTURED-DATA = "-" / 1*("[" SD-ID *(SP PARAM-NAME "=" QUOTE PARAM-VALUE QUOTE) "]"); in a value a
 * backslash stands before a quote, a backslash and `]`, and is itself before anything else.
 */
function readStructuredData(
  text: string,
  from: number,
): { readonly structuredData: StructuredElement[]; readonly end: number } {
  if (text[from] === '-') return { structuredData: [], end: from + 1 };
  if (text[from] !== '[') throw malformed('structured data is missing', from);
  const structuredData: StructuredElement[] = [];
  let at = from;
  while (text[at] === '[') {
    const id = readName(text, at + 1);
    at = id.end;
    const params: [string, string][] = [];
    while (text[at] === ' ') {
      const name = readName(text, at + 1);
      const value = readValue(text, name.end);
      params.push([name.name, value.value]);
      at = value.end;
    }
    if (text[at] !== ']') throw malformed('structured data has no end', at);
    structuredData.push({ id: id.name, params });
    at++;
  }
  return { structuredData, end: at };
}

const nameEnd = /[ ="\]]|$/g;

function readName(text: string, from: number): { readonly name: string; readonly end: number } {
  nameEnd.lastIndex = from;
  const end = nameEnd.exec(text)?.index ?? text.length;
  if (end === from) throw malformed('a name in structured data is missing', from);
  return { name: text.slice(from, end), end };
}

function readValue(text: string, from: number): { readonly value: string; readonly end: number } {
  if (text[from] !== '=' || text[from + 1] !== '"') throw malformed('="value" is missing', from);
  let value = '';
  for (let at = from + 2; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') return { value, end: at + 1 };
    const next = text[at + 1];
    if (character === '\\' && (next === '"' || next === '\\' || next === ']')) {
      value += next;
      at++;
    } else value += character;
  }
  throw malformed('a value has no end', from);
}
