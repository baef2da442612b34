import { implementationOf, type CallPart } from './implementation.js';

/** An argument of a controller's method that is taken out of each call. */
export function fromCall(part: CallPart): ParameterDecorator {
  return (prototype, method, index) => {
    if (method === undefined) throw new Error('only methods have arguments that are taken out of calls');
    implementationOf(prototype, method).parts[index] = part;
  };
}

/** The request as Fastify has it. */
export function Request(): ParameterDecorator {
  return fromCall((request) => request);
}

/** The reply, for what the result does not say: its status where that varies, headers. */
export function Reply(): ParameterDecorator {
  return fromCall((_request, reply) => reply);
}
