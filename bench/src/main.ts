import { readPlan, type Plan } from './arguments.js';
import { allCases } from './cases/all-cases.js';
import { runCase, type CaseResult } from './cases/run-case.js';
import { caseTable } from './report/case-table.js';
import { rateChart } from './report/chart.js';
import { thisMachine } from './report/machine.js';
import { writeJson, writeSvg } from './report/write-results.js';
import type { SideName } from './sides/side.js';
import { WAL_OF } from './sides/aged-postgres.js';
import { Sides } from './sides/sides.js';
import type { Stores } from './sides/stores.js';
import type { Case } from './cases/case.js';
import { exitOnUsageError, withStores } from './with-stores.js';

await exitOnUsageError(async () => {
  const plan = readPlan(process.argv.slice(2));
  await withStores(
    async (stores, atEnd) => {
      const sides = new Sides(stores);
      atEnd(() => sides.keep(new Set()));
      await report(plan, await runCases(plan, sides, stores), sides);
    },
    plan.effort.rounds === 1 ? WAL_OF.round : WAL_OF.case,
  );
});

/** Each table is printed as soon as its case is over. */
async function runCases({ cases, effort, mode }: Plan, sides: Sides, stores: Stores): Promise<CaseResult[]> {
  const rounds = effort.rounds === 1 ? 'one round' : `medians of ${effort.rounds} interleaved rounds`;
  console.log(`${mode} run: ${rounds} of ${effort.seconds} s\n`);
  const results: CaseResult[] = [];
  for (const [index, subject] of cases.entries()) {
    await sides.keep(new Set(cases.slice(index).flatMap(sidesOf)));
    await sides.start(sidesOf(subject));
    await stores.checkpoint();
    const result = await runCase(subject, sides, effort);
    results.push(result);
    console.log(caseTable(result, sides.durability));
  }
  return results;
}

function sidesOf({ contestants }: Case): SideName[] {
  return [...new Set(contestants.flatMap(({ side }) => side ?? []))];
}

async function report({ mode, effort }: Plan, cases: readonly CaseResult[], sides: Sides): Promise<void> {
  // Only what says all goes where the documents point to.
  const name = mode === 'full' && cases.length === allCases.length ? 'latest' : 'partial';
  const json = await writeJson(name, {
    endedAt: new Date().toISOString(),
    mode,
    effort,
    machine: thisMachine(),
    durability: Object.fromEntries(sides.durability),
    cases,
  });
  const svg = await writeSvg(name, rateChart(cases));
  const verdicts = cases.flatMap((result) => result.verdicts);
  const met = verdicts.filter(({ verdict }) => verdict === 'met').length;
  console.log(`${met} of ${verdicts.length} targets met. Written: ${json}, ${svg}`);
}
