// A program: `node statement-memory.ts <database> <connections>` sends many statements, of some 10 MB a part, and prints by how
// many bytes a part changes what outlives a collection of what is young, the median. The heap of a process of tests is never so still.
import { getHeapSpaceStatistics } from 'node:v8';
import { StatementPool } from '../../dist/infrastructure/database/statement-pool.js';

const PARTS = 15;
const STATEMENTS = 200;
const TIMEOUT_MS = 300;

const [connectionString = '', connections = ''] = process.argv.slice(2);
const statements = new StatementPool({ connectionString, max: Number(connections) }, TIMEOUT_MS);

async function sendMany(): Promise<void> {
  for (let time = 0; time < STATEMENTS; time++) {
    await statements.send({ text: 'SELECT length($1) AS n', values: [`${time} `.repeat(10_000)] });
  }
}

function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'old_space')
    .reduce((bytes, { space_used_size: used }) => bytes + used, 0);
}

await sendMany();
const changes: number[] = [];
for (let part = 0; part < PARTS; part++) {
  const before = oldBytes();
  await sendMany();
  changes.push(Math.abs(oldBytes() - before));
}
await statements.end();
process.stdout.write(`${changes.sort((one, other) => one - other)[(PARTS - 1) / 2]}\n`);
