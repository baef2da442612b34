import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { IdentityRepository } from './identity.repository.js';
import { UserGuard } from './user.guard.js';

/** No route without a user. */
@Global()
@Module({
  providers: [IdentityRepository, { provide: APP_GUARD, useClass: UserGuard }],
  exports: [IdentityRepository],
})
export class IdentityModule {}
