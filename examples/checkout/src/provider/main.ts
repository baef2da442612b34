import pg from 'pg';
import { readSettings } from '../process/settings.js';
import { serve } from '../process/serve.js';
import { providerApp } from './http.js';
import { Ledger } from './ledger.js';

const settings = readSettings('DATABASE_URL', 'PORT');
const ledger = new Ledger(new pg.Pool({ connectionString: settings.DATABASE_URL }));
await ledger.createSchema();
await serve(providerApp(ledger), Number(settings.PORT));
