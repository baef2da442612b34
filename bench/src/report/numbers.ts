const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `26,412` */
export function count(value: number): string {
  return whole.format(value);
}

/** Milliseconds with what matters of them: `0.31`, `2.4`, `118`. */
export function milliseconds(value: number): string {
  if (value < 1) return value.toFixed(2);
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

/** A ratio or a small number: `0.81`, `3.2`, `412`. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return count(value);
  return value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0);
}

/** `1.4 GB`, `213 MB`; powers of ten. */
export function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} MB`;
  return `${(value / 1e3).toFixed(1)} kB`;
}
