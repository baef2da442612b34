import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from './database.js';

@Module({})
export class DatabaseModule {
  /** The database at this URL, for every module; its schema must be up to date. */
  static at(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [{ provide: Database, useFactory: () => new Database(url) }],
      exports: [Database],
    };
  }
}
