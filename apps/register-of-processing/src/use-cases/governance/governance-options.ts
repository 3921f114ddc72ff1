import type { Host } from '../../domain/governance/expected-processors.js';
import type { GovernanceTerms } from '../../domain/governance/governance-terms.js';

/** What the operator decides about governance: the periods that the texts leave open, and who runs the installation. */
export class GovernanceOptions {
  constructor(
    readonly terms: GovernanceTerms,
    readonly host: Host | null,
  ) {}
}
