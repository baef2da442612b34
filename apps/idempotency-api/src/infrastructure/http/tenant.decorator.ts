import { createParamDecorator } from '@nestjs/common';

/** Who everybody is while calls carry no credential. */
const DEFAULT_TENANT = 'default';

/** The tenant of the call. It comes from the credential and never from anything else that a caller writes. */
export const Tenant = createParamDecorator((): string => DEFAULT_TENANT);
