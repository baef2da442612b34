import { Database } from './database.js';

/** Two organizations that share nothing, under fixed ids, so that the README's commands work as they stand. */
export const demo = {
  acme: { id: '01900000-0000-7000-8000-0000000000a1', name: 'Acme' },
  globex: { id: '01900000-0000-7000-8000-0000000000b1', name: 'Globex' },
  ada: { id: '01900000-0000-7000-8000-0000000000a2', email: 'ada@acme.example', name: 'Ada' },
  alan: { id: '01900000-0000-7000-8000-0000000000a3', email: 'alan@acme.example', name: 'Alan' },
  grace: { id: '01900000-0000-7000-8000-0000000000b2', email: 'grace@globex.example', name: 'Grace' },
} as const;

/** Adds the demonstration's users where they are absent. */
export async function seed(databaseUrl: string): Promise<void> {
  const { acme, globex, ada, alan, grace } = demo;
  const database = new Database(databaseUrl);
  try {
    await database.transaction(async (connection) => {
      await connection.organization.createMany({ data: [acme, globex], skipDuplicates: true });
      await connection.user.createMany({ data: [ada, alan, grace], skipDuplicates: true });
      await connection.membership.createMany({
        data: [
          { organizationId: acme.id, userId: ada.id, role: 'owner' },
          { organizationId: acme.id, userId: alan.id, role: 'member' },
          { organizationId: globex.id, userId: grace.id, role: 'owner' },
        ],
        skipDuplicates: true,
      });
    });
  } finally {
    await database.onModuleDestroy();
  }
}
