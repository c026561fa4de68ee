// Summation that keeps what rounding loses (Kahan, with Neumaier's improvement), for many sums at
// once: `sums[i]` and `compensations[i]` belong together. An infinite sum has no compensation.
// As Prometheus: https://github.com/prometheus/prometheus/blob/main/util/kahansum/kahansum.go

export function addCompensated(
  sums: Float64Array,
  compensations: Float64Array,
  i: number,
  value: number,
): void {
  const sum = sums[i] as number;
  const total = sum + value;
  if (total === Infinity || total === -Infinity) compensations[i] = 0;
  else if (Math.abs(sum) >= Math.abs(value)) {
    compensations[i] = (compensations[i] as number) + (sum - total + value);
  } else {
    compensations[i] = (compensations[i] as number) + (value - total + sum);
  }
  sums[i] = total;
}

/** The compensated sum of `values[from … to)`. */
export function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let compensation = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const total = sum + value;
    if (total === Infinity || total === -Infinity) compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) compensation += sum - total + value;
    else compensation += value - total + sum;
    sum = total;
  }
  return sum + compensation;
}

/**
 * The mean of `values[from … to)`: the compensated sum divided by the count, or, where that sum
 * would be infinite, a running mean.
 */
export function meanOf(values: Float64Array, from: number, to: number): number {
  const mean = new RunningMean();
  for (let i = from; i < to; i++) mean.add(values[i] as number);
  return mean.value;
}

/** A mean that does not overflow although the sum of its values would. */
export class RunningMean {
  #count = 0;
  #sum = 0;
  #compensation = 0;
  #isIncremental = false;
  #mean = 0;

  add(value: number): void {
    this.#count++;
    if (this.#count === 1) {
      this.#sum = value;
      return;
    }
    if (!this.#isIncremental) {
      const total = this.#sum + value;
      if (Number.isFinite(total) || Number.isNaN(total)) {
        this.#compensation += lostBits(this.#sum, value, total);
        this.#sum = total;
        return;
      }
      this.#isIncremental = true;
      this.#mean = this.#sum / (this.#count - 1);
      this.#compensation /= this.#count - 1;
    }
    this.#addToMean(value);
  }

  #addToMean(value: number): void {
    const isInfinite = value === Infinity || value === -Infinity;
    if (this.#mean === Infinity || this.#mean === -Infinity) {
      if (isInfinite && this.#mean > 0 === value > 0) return;
      if (!isInfinite && !Number.isNaN(value)) return;
    }
    const share = (this.#count - 1) / this.#count;
    const kept = share * this.#mean;
    const added = value / this.#count;
    const total = kept + added;
    this.#compensation *= share;
    if (total === Infinity || total === -Infinity) this.#compensation = 0;
    else this.#compensation += lostBits(kept, added, total);
    this.#mean = total;
  }

  get value(): number {
    if (this.#count === 0) return Number.NaN;
    if (this.#isIncremental) return this.#mean + this.#compensation;
    return this.#sum / this.#count + this.#compensation / this.#count;
  }
}

const lostBits = (sum: number, value: number, total: number): number =>
  Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;

/** A compensated sum of numbers that come one by one. */
export class RunningSum {
  #sum = 0;
  #compensation = 0;

  add(value: number): void {
    const total = this.#sum + value;
    if (total === Infinity || total === -Infinity) this.#compensation = 0;
    else this.#compensation += lostBits(this.#sum, value, total);
    this.#sum = total;
  }

  get value(): number {
    return this.#sum + this.#compensation;
  }
}
