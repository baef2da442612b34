import { fromCall } from '../../infrastructure/http/call-part.decorators.js';

/** Who calls (`Caller`). It comes from the credential and never from anything else that a caller writes. */
export function Calling(): ParameterDecorator {
  return fromCall(({ caller }) => caller);
}
