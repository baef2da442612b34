import { Header } from '@nestjs/common';

/** Marks a handler whose result is JSON text already. */
export function JsonAnswer(): MethodDecorator {
  return Header('content-type', 'application/json; charset=utf-8');
}
