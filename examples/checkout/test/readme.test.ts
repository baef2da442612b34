import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { crashPointNames } from '../src/crash-points/crash-points.js';
import { scenarios } from '../src/demonstration/scenarios.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const commands = [...readme.matchAll(/```sh\n(.*?)```/gsu)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

/** The whole demonstration kills and starts about forty processes, one after another. */
const DEMONSTRATION_MS = 600_000;

describe('the README', () => {
  it('has the demonstration as its first command', () => {
    expect(commands[0]).toBe('npx --yes pnpm --filter @infra-services/example-checkout start');
  });

  it.each(commands)(
    '%s: one charge per order and every order settled, wherever it is killed',
    async (command) => {
      const [program = '', ...words] = command.split(' ');
      const { stdout } = await promisify(execFile)(program, words, { cwd: repository });
      const points = words.filter((word) => crashPointNames.some((point) => point === word));
      const chosen = scenarios.filter(
        ({ crashes }) => points.length === 0 || crashes.some((crash) => points.includes(crash)),
      );
      const lines = stdout.split('\n');
      const outcomes = chosen.map(({ name }) => {
        const [orders, settled, charges, , parcels, , , verdict] =
          lines
            .find((line) => line.startsWith(`${name}  `))
            ?.slice(name.length)
            .trim()
            .split(/ +/u) ?? [];
        return { name, orders, settled, charges, parcels, verdict };
      });
      expect(outcomes).toEqual(
        chosen.map(({ name, card }) => {
          const once = card ? '0' : '3';
          return { name, orders: '3', settled: '3', charges: once, parcels: once, verdict: 'ok' };
        }),
      );
    },
    DEMONSTRATION_MS,
  );
});
