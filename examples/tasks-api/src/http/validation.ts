import { ValidationPipe, type ValidationError } from '@nestjs/common';

/** Input that breaks the rules of its DTO. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';

  constructor(readonly fields: readonly { readonly pointer: string; readonly detail: string }[]) {
    super('The input does not have the form that this call expects.');
  }
}

/** Every body and query becomes an instance of its DTO; what the DTO does not name is refused. */
export function validation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors: ValidationError[]) =>
      new InvalidInputError(
        errors.map(({ property, constraints = {} }) => ({
          pointer: `/${property}`,
          detail: Object.values(constraints).join('; '),
        })),
      ),
  });
}
