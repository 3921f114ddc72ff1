import { randomBytes } from 'node:crypto';
import { ServiceIntegrator } from './service-integrator.js';
import { SourceAgency } from './source-agency.js';

/** Where a route asks, and by which token it is known there. */
export interface SourceEndpoint {
  readonly url: string;
  readonly bearerToken: string;
}

/** A source with invented detainees, asked directly or through an integrator, on loopback while the sandbox runs. */
export class LookUpSources {
  private constructor(
    private readonly source: SourceAgency,
    private readonly integrator: ServiceIntegrator,
    /** By the route that it is for; new tokens at each start. */
    readonly endpoints: Readonly<Record<'integrator' | 'direct', SourceEndpoint>>,
  ) {}

  static async start(): Promise<LookUpSources> {
    const token = () => randomBytes(24).toString('hex');
    const [carrying, carried, direct] = [token(), token(), token()];
    const source = await SourceAgency.start({ [carrying]: 'integrator', [direct]: 'installation' });
    try {
      const behind = { url: source.url, bearerToken: carrying };
      const integrator = await ServiceIntegrator.start({ [carried]: 'installation' }, behind);
      return new LookUpSources(source, integrator, {
        integrator: { url: integrator.url, bearerToken: carried },
        direct: { url: source.url, bearerToken: direct },
      });
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** What transfer must be allowed to ask (`SOURCE_ORIGINS`). */
  get origins(): string[] {
    return [this.integrator.origin, this.source.origin];
  }

  async close(): Promise<void> {
    await Promise.all([this.integrator.close(), this.source.close()]);
  }
}
