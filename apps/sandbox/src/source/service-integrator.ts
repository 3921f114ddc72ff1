import { type Callers, type EndpointAnswer, JsonEndpoint } from './json-endpoint.js';

/** How it does not cooperate: says no, does not answer, or has given the service up. */
export type NonCooperating = 'refused' | 'unreachable' | 'discontinued';

/** The endpoint behind it, and how it shows who it is there. */
export interface SourceBehind {
  readonly url: string;
  readonly bearerToken: string;
}

/**
 * A service integrator as its endpoint: passes a question on to the source under its own name, and the answer back with a
 * receipt. The same request has the same receipt. Keeps no identifier and no value.
 */
export class ServiceIntegrator {
  /** The receipt of each request that was answered. */
  readonly receipts = new Map<string, string>();
  private nonCooperation: NonCooperating | undefined;
  private endpoint!: JsonEndpoint;

  private constructor(private readonly source: SourceBehind) {}

  static async start(callers: Callers, source: SourceBehind): Promise<ServiceIntegrator> {
    const integrator = new ServiceIntegrator(source);
    integrator.endpoint = await JsonEndpoint.start('/carried', callers, (_caller, question) =>
      integrator.carry(question),
    );
    return integrator;
  }

  get origin(): string {
    return this.endpoint.origin;
  }

  get url(): string {
    return this.endpoint.url;
  }

  /** From now on it does not cooperate in this way; without one it does again. */
  withhold(nonCooperation?: NonCooperating): void {
    this.nonCooperation = nonCooperation;
  }

  close(): Promise<void> {
    return this.endpoint.close();
  }

  private async carry(question: unknown): Promise<EndpointAnswer> {
    if (this.nonCooperation === 'unreachable') return 'hangUp';
    if (this.nonCooperation === 'refused') return { status: 403, body: { code: 'NOT_CARRIED' } };
    if (this.nonCooperation === 'discontinued') return { status: 410, body: { code: 'DISCONTINUED' } };
    let response: Response;
    try {
      response = await fetch(this.source.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.source.bearerToken}` },
        body: JSON.stringify(question),
      });
    } catch {
      return { status: 502, body: { code: 'SOURCE_UNREACHABLE' } };
    }
    const body = (await response.json()) as object;
    if (response.status !== 200) return { status: response.status, body };
    return { status: 200, body: { ...body, receipt: this.receiptOf((question as { requestId: string }).requestId) } };
  }

  private receiptOf(requestId: string): string {
    const receipt = this.receipts.get(requestId) ?? `fsb-${String(this.receipts.size + 1).padStart(6, '0')}`;
    this.receipts.set(requestId, receipt);
    return receipt;
  }
}
