/** The result of a controller's method that says more than what is in the answer's body. */
export class Answer<Body = unknown> {
  constructor(
    readonly body: Body,
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}
