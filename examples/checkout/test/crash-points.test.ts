import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { crashPointNames, crashPoints } from '../src/crash-points/crash-points.js';
import { scenarios } from '../src/demonstration/scenarios.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the table of crash points', () => {
  it('names each point that the code marks, once, in the process that marks it', () => {
    const marked = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
      [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/await reach\('([^']+)'\)/gu)].map(
        ([, name]) => `${name} in ${file.split('/')[1]}`,
      ),
    );
    const named = crashPointNames.map((name) => `${name} in ${crashPoints[name].process}`);
    expect(marked.sort()).toEqual(named.sort());
  });

  it('has a point after each step that an order takes', () => {
    const steps = globSync('src/{orders,provider,shipping}/*.ts', { cwd: root })
      .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
      .join('\n');
    // Steps as they are written: an effect outside the process, awaited. Each is followed by a point before the next.
    const effects =
      /await (?:store|this\.dependencies\.store|ledger|dependencies\.store)\.(?:receive|startCharging|keepUnrecorded|markPaid|markShipped|sendMail|charge)\(/u;
    const unmarked = steps
      .split('\n')
      .flatMap((line, index, all) =>
        effects.test(line) && !all.slice(index + 1, index + 3).some((next) => next.includes('await reach('))
          ? [line.trim()]
          : [],
      );
    expect(unmarked).toEqual([]);
  });

  it('has a scenario for each of its points', () => {
    const killed = new Set(scenarios.flatMap(({ crashes }) => crashes));
    expect([...killed].sort()).toEqual([...crashPointNames].sort());
  });

  it('is the one in the README', () => {
    const rows = readFileSync(`${root}/README.md`, 'utf8')
      .split('\n')
      .map((row) => row.split('|').map((cell) => cell.trim()))
      .filter(([, name]) => name?.startsWith('`') && crashPointNames.some((point) => `\`${point}\`` === name))
      .map((cells) => cells.slice(1, 5));
    const expected = crashPointNames.map((name) => {
      const { process, moment, then } = crashPoints[name];
      return [`\`${name}\``, process, moment, then];
    });
    expect(rows).toEqual(expected);
  });
});
