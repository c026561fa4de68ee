// Durations as Go prints them, exact to the nanosecond: 1h2m3.5s, 281.142663ms, -5µs.

const units = [
  { name: 'ns', size: 1n },
  { name: 'µs', size: 1_000n },
  { name: 'ms', size: 1_000_000n },
  { name: 's', size: 1_000_000_000n },
] as const;

export function formatGoDuration(nano: bigint): string {
  if (nano === 0n) return '0s';
  if (nano < 0n) return `-${formatGoDuration(-nano)}`;
  const nanoPerSecond = 1_000_000_000n;
  if (nano < nanoPerSecond) {
    const unit = units.findLast(({ size }) => nano >= size) ?? units[0];
    return decimal(nano, unit.size) + unit.name;
  }
  const minutes = nano / (60n * nanoPerSecond);
  const seconds = `${decimal(nano % (60n * nanoPerSecond), nanoPerSecond)}s`;
  if (minutes === 0n) return seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${minutes}m${seconds}` : `${hours}h${minutes % 60n}m${seconds}`;
}

function decimal(nano: bigint, size: bigint): string {
  const digits = String(size).length - 1;
  const fraction = String(nano % size)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' || digits === 0 ? String(nano / size) : `${nano / size}.${fraction}`;
}
