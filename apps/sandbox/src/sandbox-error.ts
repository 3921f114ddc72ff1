/** A request to the sandbox that cannot be served: answered as `{code, detail}` with `status`. */
export class SandboxError extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 502,
    readonly code: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'SandboxError';
  }
}
