import type { Operation } from '@infra-services/idempotency-contract';
import { implementationOf } from './implementation.js';

/** Says that a controller's method is an operation of the contract: its method, its path, its status. */
export function Implements(operation: Operation): MethodDecorator {
  return (prototype, method) => {
    implementationOf(prototype, method).operation = operation;
  };
}
