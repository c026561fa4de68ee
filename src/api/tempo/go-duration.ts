// Durations as Go prints them: 1h2m3.5s, 281.142663ms, 723.139µs.

/** `nano` in the notation of Go's time.Duration. */
export function formatGoDuration(nano: number): string {
  if (nano === 0) return '0s';
  const sign = nano < 0 ? '-' : '';
  const size = Math.abs(nano);
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const minutes = Math.floor(size / 60e9);
  // Whole nanoseconds first, so that the fraction stays exact.
  const seconds = `${(size - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) return sign + seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${hours}h${minutes % 60}m${seconds}`;
}
