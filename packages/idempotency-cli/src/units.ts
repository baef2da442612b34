import { InvalidArgumentError } from 'commander';

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = { B: 1, KiB: 1_024, MiB: 1_048_576 } as const;

/**
 * A duration with its unit, `1.5h`, in milliseconds. A bare number is refused: seconds and milliseconds have been
 * mistaken for one another too often.
 */
export function parseDuration(text: string): number {
  return parseQuantity(text, MILLISECONDS, 'a number with ms, s, m, h or d, such as 30s');
}

/** A size with its unit, `512KiB`, in bytes. */
export function parseByteSize(text: string): number {
  return parseQuantity(text, BYTES, 'a number with B, KiB or MiB, such as 512KiB');
}

/** A whole number from `minimum` to `maximum`. */
export function parseInteger(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/u.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

/** `75,76`: exit codes, with commas between them. */
export function parseExitCodes(text: string): readonly number[] {
  return text.split(',').map(parseInteger(0, 255));
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/u.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) throw new InvalidArgumentError(`It must be ${expected}.`);
  return Math.round(Number(amount) * factor);
}
