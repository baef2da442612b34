import { implementationOf } from './implementation.js';

/** Marks a method whose result is JSON text already. */
export function JsonAnswer(): MethodDecorator {
  return TextAnswer('application/json; charset=utf-8');
}

/** Marks a method whose result is text of this media type. */
export function TextAnswer(contentType: string): MethodDecorator {
  return (prototype, method) => {
    implementationOf(prototype, method).contentType = contentType;
  };
}
