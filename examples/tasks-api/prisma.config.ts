import { defineConfig } from 'prisma/config';

/** Read by Prisma's CLI alone. */
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
