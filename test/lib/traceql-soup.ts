// TraceQL that nobody would write: every word of the language in places where it may stand, with operands of
// any type, so that the parser takes most of it and the checker, planner and compiler have to decide.
import { createRandom } from './generate.ts';

const fields = [
  ...[
    'name',
    'kind',
    'status',
    'statusMessage',
    'duration',
    'childCount',
    'parent',
    'nestedSetLeft',
  ],
  ...[
    'nestedSetParent',
    'rootName',
    'rootServiceName',
    'traceDuration',
    'span:id',
    'span:parentID',
  ],
  ...['trace:id', 'trace:rootService', 'event:name', 'event:timeSinceStart', 'link:traceID'],
  ...['link:spanID', 'instrumentation:name', 'instrumentation:version', 'span:status', 'span:kind'],
  ...['span.user', '.user', 'resource.service.name', 'parent.span.user', 'parent.name', 'event.n'],
  ...['link.w', 'instrumentation.lang', 'span."a b"', '."\\""', 'service.name', 'span.numbers'],
  ...['resource.zones', 'parent.resource.load', 'span.flag', 'trace:duration', 'span:childCount'],
];
const values = [
  ...['"a"', '""', '`.*`', '"[a-z]+"', '"("', '"\\u0000"', `"'; --"`, '"%"', '1', '0', '-1', '1.5'],
  ...['9223372036854775807', '1e300', '1ms', '100h', '0s', 'true', 'false', 'nil', 'error', 'ok'],
  ...[
    'unset',
    'server',
    'client',
    'internal',
    'minInt',
    'maxInt',
    '99999999999999999999',
    '"größe"',
  ],
  ...['"0102030405060708090a0b0c0d0e0f10"', '"xyz"', '(1 + 2)', '-1ms'],
];
const comparisons = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'];
const operators = ['+', '-', '*', '/', '%', '^', '&&', '||'];
const families = [
  ...['&&', '||', '>', '>>', '<', '<<', '~', '!>', '!>>', '!<', '!<<', '!~'],
  ...['&>', '&>>', '&<', '&<<', '&~'],
];
const aggregates = ['count()', 'avg', 'min', 'max', 'sum'];
const metrics = [
  ...['rate()', 'count_over_time()', 'min_over_time', 'max_over_time', 'avg_over_time'],
  ...['sum_over_time', 'quantile_over_time', 'histogram_over_time', 'compare'],
];

export class TraceqlSoup {
  readonly #below: (bound: number) => number;

  constructor(seed: number) {
    this.#below = createRandom(seed).below;
  }

  query(): string {
    const text = this.#spanset(2) + this.#stages();
    return this.#below(4) === 0 ? text + this.#metrics() : text;
  }

  /** A query that may be one of metrics. */
  metricsQuery(): string {
    return this.#spanset(1) + this.#metrics();
  }

  #pick(of: readonly string[]): string {
    return of[this.#below(of.length)] as string;
  }

  #operand(depth: number): string {
    switch (this.#below(depth > 0 ? 8 : 5)) {
      case 0:
      case 1:
        return this.#pick(values);
      case 5:
        return `${this.#operand(depth - 1)} ${this.#pick(operators)} ${this.#operand(depth - 1)}`;
      case 6:
        return `${this.#pick(['-', '!'])}(${this.#operand(depth - 1)})`;
      case 7:
        return `(${this.#condition(depth - 1)})`;
      default:
        return this.#pick(fields);
    }
  }

  #condition(depth: number): string {
    const comparison = (): string =>
      `${this.#operand(depth)} ${this.#pick(comparisons)} ${this.#operand(depth)}`;
    switch (this.#below(depth > 0 ? 6 : 3)) {
      case 3:
        return `${this.#condition(depth - 1)} ${this.#pick(['&&', '||'])} ${this.#condition(depth - 1)}`;
      case 4:
        return `!(${this.#condition(depth - 1)})`;
      case 5:
        return this.#operand(depth);
      default:
        return comparison();
    }
  }

  #filter(): string {
    return this.#below(8) === 0 ? '{ }' : `{ ${this.#condition(2)} }`;
  }

  #spanset(depth: number): string {
    if (depth === 0 || this.#below(2) === 0) return this.#filter();
    const left = `(${this.#spanset(depth - 1)}${this.#below(4) === 0 ? this.#stage() : ''})`;
    return `${left} ${this.#pick(families)} ${this.#spanset(depth - 1)}`;
  }

  #stages(): string {
    return Array.from({ length: this.#below(3) }, () => this.#stage()).join('');
  }

  #aggregate(): string {
    const name = this.#pick(aggregates);
    return name.endsWith(')') ? name : `${name}(${this.#operand(1)})`;
  }

  #stage(): string {
    const scalar = (): string => (this.#below(2) === 0 ? this.#pick(values) : this.#aggregate());
    switch (this.#below(6)) {
      case 0:
        return ` | by(${this.#operand(1)})`;
      case 1:
        return ` | select(${this.#pick(fields)}, ${this.#pick(fields)})`;
      case 2:
        return ' | coalesce()';
      case 3:
        return ` | ${this.#filter()}`;
      default:
        return ` | ${this.#aggregate()} ${this.#pick(comparisons)} ${scalar()}`;
    }
  }

  #metrics(): string {
    const name = this.#pick(metrics);
    const of = `${this.#operand(1)}${name === 'quantile_over_time' ? `, ${this.#pick(['.5', '0', '1', '2', '.9, .99'])}` : ''}`;
    const call = name.endsWith(')')
      ? name
      : `${name}(${name === 'compare' ? `${this.#filter()}, 5` : of})`;
    const by = this.#below(2) === 0 ? ` by(${this.#pick(fields)}, ${this.#pick(fields)})` : '';
    const more = this.#pick(['', '', ' | topk(3)', ' | bottomk(0)', ' > 1', ' != 0', ' = nil']);
    const hint = this.#pick([
      '',
      '',
      ' with (exemplars=true)',
      ' with (sample=0.1)',
      ' with (x=1)',
    ]);
    return ` | ${call}${by}${more}${hint}`;
  }
}
