// PromQL queries made at random from a seed: mostly meaningful, some refused. Left out is what newer
// Prometheus versions define otherwise than 3.5 or what they alone have.
import { createRandom } from './generate.ts';

type Random = ReturnType<typeof createRandom>;

const counters = ['requests_total', 'wait_seconds_count', 'wait_seconds_sum'];
const gauges = [
  'load',
  'limit',
  'odd',
  'only_nan',
  'constant',
  'sparse',
  'load',
  'limit',
  'nothing',
];
const natives = ['size', 'balance', 'bounds', 'mixed', 'size'];
const matchers = [
  ...['job="api"', 'job!="api"', 'job=~"a.*|web"', 'job!~"w.+"', 'instance="a"', 'instance=~"a|b"'],
  ...['code="500"', 'code!=""', 'kind=~"[0-3]"', 'le="1"', 'job=""', 'instance!~"c"', 'none=""'],
];
const windows = ['15s', '30s', '1m', '2m', '5m', '7m30s', '20m', '1ms', '45s'];
// Names that functions take away are seen by operators that look at them since Prometheus 3.6: not asked.
const labels = ['job', 'instance', 'code', 'kind', 'le', 'none', 'job'];
const ofRange = [
  ...['rate', 'increase', 'irate', 'delta', 'idelta', 'deriv', 'resets', 'changes'],
  ...['avg_over_time', 'min_over_time', 'max_over_time', 'sum_over_time', 'count_over_time'],
  ...['stddev_over_time', 'stdvar_over_time', 'last_over_time', 'present_over_time'],
  ...['mad_over_time', 'ts_of_min_over_time', 'ts_of_max_over_time', 'ts_of_last_over_time'],
  ...['absent_over_time', 'rate', 'increase', 'avg_over_time', 'sum_over_time'],
];
const ofVector = [
  ...['abs', 'ceil', 'floor', 'round', 'sgn', 'sqrt', 'exp', 'ln', 'log2', 'log10', 'sin', 'cos'],
  ...['tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'deg'],
  ...['rad', 'timestamp', 'absent', 'day_of_month', 'day_of_week', 'day_of_year', 'days_in_month'],
  ...['hour', 'minute', 'month', 'year'],
];
const ofHistogram = [
  ...['histogram_count', 'histogram_sum', 'histogram_avg', 'histogram_stddev', 'histogram_stdvar'],
];
const aggregations = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const arithmetic = ['+', '-', '*', '/', '%', '^', 'atan2'];
const comparisons = ['==', '!=', '>', '<', '>=', '<='];
const sets = ['and', 'or', 'unless'];
const numbers = [
  '0',
  '1',
  '2',
  '-1',
  '0.5',
  '3.7',
  '1e3',
  'Inf',
  '-Inf',
  'NaN',
  '100',
  '0x1F',
  '1_000',
];

export class RandomQueries {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  next(): string {
    const depth = 1 + this.#random.below(3);
    const roll = this.#random.below(100);
    if (roll < 3) return this.#scalar(depth);
    if (roll < 6) return this.#range(depth);
    if (roll < 9) return this.#broken(depth);
    return this.#vector(depth);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)] as T;
  }

  #chance(percent: number): boolean {
    return this.#random.below(100) < percent;
  }

  #name(): string {
    return this.#pick(this.#chance(40) ? counters : this.#chance(70) ? gauges : natives);
  }

  #selector(name = this.#name()): string {
    if (this.#chance(5))
      return `{__name__=~"${name}|${this.#name()}"${this.#chance(50) ? `, ${this.#pick(matchers)}` : ''}}`;
    return this.#chance(35) ? `${name}{${this.#pick(matchers)}}` : name;
  }

  #shift(): string {
    if (this.#chance(80)) return '';
    const at = ['@ start()', '@ end()', '@ 1793492000', '@ 1793493003.25'];
    const offset = ['offset 1m', 'offset -30s', 'offset 7m', 'offset 13s'];
    const [a, b] = [this.#pick(at), this.#pick(offset)];
    return this.#pick([` ${a}`, ` ${b}`, ` ${b}`, ` ${a} ${b}`]);
  }

  #range(depth: number, name?: string): string {
    if (depth > 1 && this.#chance(25)) {
      const step = this.#pick(['', '1m', '30s', '7s']);
      return `(${this.#vector(depth - 1)})[${this.#pick(['5m', '2m', '10m'])}:${step}]${this.#shift()}`;
    }
    return `${this.#selector(name)}[${this.#pick(windows)}]${this.#shift()}`;
  }

  #scalar(depth: number): string {
    const roll = this.#random.below(10);
    if (depth > 1 && roll === 0) return `scalar(${this.#vector(depth - 1)})`;
    if (depth > 1 && roll === 1) {
      return `(${this.#scalar(depth - 1)} ${this.#pick(arithmetic)} ${this.#scalar(depth - 1)})`;
    }
    if (depth > 1 && roll === 2)
      return `(${this.#number()} ${this.#pick(comparisons)} bool ${this.#scalar(depth - 1)})`;
    if (roll === 3) return this.#pick(['time()', 'pi()', 'time() % 60']);
    return this.#number();
  }

  #number(): string {
    return this.#pick(numbers);
  }

  #vector(depth: number): string {
    if (depth <= 0) return `${this.#selector()}${this.#shift()}`;
    const roll = this.#random.below(100);
    if (roll < 8) return `${this.#selector()}${this.#shift()}`;
    if (roll < 30) return this.#overRange(depth);
    if (roll < 38) return `${this.#pick(ofVector)}(${this.#vector(depth - 1)})`;
    if (roll < 58) return this.#aggregation(depth);
    if (roll < 82) return this.#binary(depth);
    if (roll < 90) return this.#ofHistograms(depth);
    return this.#special(depth);
  }

  #overRange(depth: number): string {
    const roll = this.#random.below(20);
    const range = this.#range(depth);
    if (roll === 0) return `quantile_over_time(${this.#scalar(1)}, ${range})`;
    if (roll === 1) return `predict_linear(${range}, ${this.#scalar(1)})`;
    if (roll === 2)
      return `double_exponential_smoothing(${range}, 0.5, 0.${1 + this.#random.below(9)})`;
    if (roll < 6)
      return `${this.#pick(['rate', 'increase', 'delta', 'sum_over_time', 'avg_over_time', 'last_over_time', 'irate', 'idelta', 'resets', 'changes'])}(${this.#range(1, this.#pick(natives))})`;
    return `${this.#pick(ofRange)}(${range})`;
  }

  #grouping(): string {
    if (this.#chance(35)) return '';
    const count = this.#random.below(3);
    const some = Array.from({ length: count }, () => this.#pick(labels));
    return ` ${this.#pick(['by', 'without', 'by'])} (${[...new Set(some)].join(', ')}) `;
  }

  #aggregation(depth: number): string {
    const inner = this.#vector(depth - 1);
    const grouping = this.#grouping();
    const roll = this.#random.below(20);
    if (roll < 2)
      return `${this.#pick(['topk', 'bottomk'])}${grouping}(${this.#pick(['1', '2', '5', '0', '-1'])}, load)`;
    if (roll === 2) return `quantile${grouping}(${this.#scalar(1)}, ${inner})`;
    if (roll === 3) return `count_values${grouping}("value", ${inner})`;
    if (roll === 4)
      return `limit_ratio${grouping}(${this.#pick(['0.5', '-0.5', '1', '0', '2'])}, ${inner})`;
    return this.#chance(50)
      ? `${this.#pick(aggregations)}${grouping}(${inner})`
      : `${this.#pick(aggregations)}(${inner})${grouping}`;
  }

  #matching(isSet: boolean): string {
    if (this.#chance(40)) return '';
    const some = [this.#pick(labels.slice(0, 3)), this.#pick(labels.slice(0, 5))];
    const on = `${this.#pick(['on', 'ignoring', 'on'])} (${[...new Set(some)].slice(this.#random.below(2)).join(', ')})`;
    if (isSet || this.#chance(50)) return ` ${on}`;
    return ` ${on} ${this.#pick(['group_left', 'group_right'])}${this.#pick(['', ' ()', ' (instance)', ' (code)'])}`;
  }

  #binary(depth: number): string {
    const roll = this.#random.below(10);
    const left = this.#vector(depth - 1);
    if (roll < 3) {
      const scalar = this.#scalar(1);
      const operator = this.#pick([
        ...arithmetic,
        ...comparisons,
        ...comparisons.map((one) => `${one} bool`),
      ]);
      return this.#chance(50)
        ? `(${left} ${operator} ${scalar})`
        : `(${scalar} ${operator} ${left})`;
    }
    const right = this.#chance(40)
      ? left.replace(/requests_total|load|size/, this.#name())
      : this.#vector(depth - 1);
    if (roll < 5) return `(${left} ${this.#pick(sets)}${this.#matching(true)} ${right})`;
    const operator = this.#pick([
      ...arithmetic,
      ...comparisons,
      ...comparisons.map((one) => `${one} bool`),
    ]);
    return `(${left} ${operator}${this.#matching(false)} ${right})`;
  }

  #ofHistograms(depth: number): string {
    const native = this.#pick(natives);
    const window = this.#pick(['1m', '5m', '2m']);
    const inner = this.#pick([
      ...[
        native,
        `rate(${native}[${window}])`,
        `sum(${native})`,
        `sum by (job) (increase(${native}[${window}]))`,
      ],
      ...[
        `rate(wait_seconds_bucket[${window}])`,
        `sum by (le) (wait_seconds_bucket)`,
        this.#vector(depth - 1),
      ],
    ]);
    const roll = this.#random.below(10);
    if (roll < 4)
      return `histogram_quantile(${this.#pick(['0.5', '0.9', '0', '1', '-1', '2', 'NaN', '0.01'])}, ${inner})`;
    if (roll === 4)
      return `histogram_fraction(${this.#pick(['0.3, 2', '-1, 1', '1, 1', '2, 0.5', '-Inf, 1', '0.5, Inf'])}, ${native})`;
    return `${this.#pick(ofHistogram)}(${inner})`;
  }

  #special(depth: number): string {
    const inner = this.#vector(depth - 1);
    const pattern = this.#pick(['(.*)', '(a)(.*)', 'api', '.+', '(.)(?P<rest>.*)', '']);
    switch (this.#random.below(12)) {
      case 0:
        return `label_replace(${inner}, "${this.#pick(['dst', 'job', 'code'])}", "${this.#pick(['$1', 'x-$2', '', '${rest}', '$1$1', 'plain'])}", "${this.#pick(labels)}", "${pattern}")`;
      case 1:
        return `label_join(${inner}, "${this.#pick(['dst', 'job'])}", "${this.#pick(['-', '', '/'])}", "job", "${this.#pick(labels)}")`;
      case 2:
        return `clamp(${inner}, ${this.#scalar(1)}, ${this.#scalar(1)})`;
      case 3:
        return `${this.#pick(['clamp_min', 'clamp_max', 'round'])}(${inner}, ${this.#scalar(1)})`;
      case 4:
        return `-${inner}`;
      case 5:
        return `vector(${this.#scalar(depth)})`;
      case 6:
        return `year(wall_seconds + ${this.#random.below(1e6)})`;
      case 7:
        return `scalar(${inner}) + ${inner}`;
      case 8:
        return `absent(${inner})`;
      case 9:
        return `(${inner})`;
      case 10:
        return `${this.#pick(['minute', 'hour', 'month', 'day_of_week'])}()`;
      default:
        return `+${inner}`;
    }
  }

  /** Mostly refused. */
  #broken(depth: number): string {
    const whole = this.#vector(depth);
    const at = this.#random.below(whole.length);
    switch (this.#random.below(5)) {
      case 0:
        return whole.slice(0, at);
      case 1:
        return (
          whole.slice(0, at) +
          this.#pick([')', '(', '{', ',', '"', '[', ' by ', ' @ ', 'x']) +
          whole.slice(at)
        );
      case 2:
        return `${this.#pick([...ofRange, ...ofVector, ...ofHistogram])}(${this.#scalar(2)})`;
      case 3:
        return `${this.#pick(ofRange)}(${whole})`;
      default:
        return whole.slice(0, at) + whole.slice(at + 1);
    }
  }
}
