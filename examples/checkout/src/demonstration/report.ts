import { isSettled } from '../orders/order.js';
import { total, type Result } from './run-scenario.js';

const HEADINGS = ['killed', 'orders', 'settled', 'charges', 'refused', 'parcels', 'mails', 'seconds', ''];

/** The heading of the table, as wide as its widest scenario. */
export function heading(width: number): string {
  const [first = '', ...others] = HEADINGS;
  return [first.padEnd(width), ...others].join('  ');
}

/** One scenario as a line of the table. */
export function line({ scenario, orders, elapsedMs, violations }: Result, width: number): string {
  const numbers = [
    orders.length,
    orders.filter(isSettled).length,
    total(orders, 'charges'),
    total(orders, 'refusals'),
    orders.reduce((sum, { parcels }) => sum + parcels, 0),
    orders.reduce((sum, { mails }) => sum + mails, 0),
    (elapsedMs / 1_000).toFixed(1),
  ];
  const cells = numbers.map((number, index) => String(number).padStart(HEADINGS[index + 1]?.length ?? 0));
  return [scenario.name.padEnd(width), ...cells, violations.length === 0 ? 'ok' : violations.join('; ')].join(
    '  ',
  );
}
