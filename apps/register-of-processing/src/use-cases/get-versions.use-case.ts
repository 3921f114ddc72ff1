import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { DifferenceView, VersionDetail, VersionList } from '@convenant/contracts';
import { protocolDifference } from '@convenant/protocol';
import { versionsOf, type ProtocolVersion } from '../domain/protocol-versions.js';
import { ProtocolStore } from './protocol-store.js';

/** The versions of a protocol and what each changes, for one of its parties. */
@Injectable()
export class GetVersions {
  constructor(private readonly store: ProtocolStore) {}

  /** @throws DomainError NOT_FOUND, also for a protocol of others */
  async list(protocolId: string, party: string | null): Promise<VersionList> {
    const versions = await this.versions(protocolId, party);
    return { protocolId, items: versions.map(({ model: _, ...view }) => view) };
  }

  /** @throws DomainError NOT_FOUND */
  async one(protocolId: string, version: number, party: string | null): Promise<VersionDetail> {
    return { protocolId, ...known(await this.versions(protocolId, party), protocolId, version) };
  }

  /**
   * @param from the version to compare with; the one before unless given
   * @throws DomainError NOT_FOUND, also for what a first version changes
   */
  async difference(
    protocolId: string,
    version: number,
    from: number = version - 1,
    party: string | null = null,
  ): Promise<DifferenceView> {
    const versions = await this.versions(protocolId, party);
    const [before, after] = [known(versions, protocolId, from), known(versions, protocolId, version)];
    const items = protocolDifference(before.model, after.model).map(({ clause, ...difference }) => ({
      ...difference,
      ...(clause === null ? {} : { clause }),
    }));
    return { protocolId, from, to: version, items };
  }

  private async versions(protocolId: string, party: string | null): Promise<ProtocolVersion[]> {
    await this.store.partiesFor(protocolId, party);
    return versionsOf(await this.store.history(protocolId));
  }
}

function known(versions: readonly ProtocolVersion[], protocolId: string, version: number): ProtocolVersion {
  const found = versions.find((candidate) => candidate.version === version);
  if (!found) throw new DomainError('NOT_FOUND', `Protocol ${protocolId} has no version ${version}`);
  return found;
}
