import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, type Clock } from '@convenant/kernel';
import { Blocks, CLOCK, InboxVersions, type WriteTransaction } from '@convenant/messaging';
import { applyDecisions, governingVersion, type ProtocolModel } from '@convenant/protocol';
import { ProtocolFact } from '../db/protocol-fact.entity.js';
import { SubjectFact } from '../db/subject-fact.entity.js';

/** How long a command waits for a fact of another service that its caller has just brought about, in real milliseconds. */
const PATIENCE_MS = 2_000;
const POLL_MS = 25;

/** An activated protocol as consents are held against it. */
export interface ActivatedProtocol {
  readonly protocolId: string;
  readonly version: number;
  readonly sender: string;
  readonly receiver: string;
  /** The text with the open points that the parties have settled. */
  readonly model: ProtocolModel;
}

/**
 * Facts of register and transfer as this service knows them, seen by one party.
 *
 * What a party may not know of does not exist for it: a protocol of others and an unknown one are both `NOT_FOUND`.
 */
@Injectable()
export class KnownFacts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: InboxVersions,
    private readonly blocks: Blocks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** True when `party` is the sending party of the protocol. Does not wait. */
  async isSender(protocolId: string, party: string): Promise<boolean> {
    return (await this.protocol(protocolId))?.sender === party;
  }

  /**
   * The version of the protocol that is in force, if `party` is its sending party and it has been activated (its date may lie
   * ahead while there is no other); only then does it have the effective model that consents are held against. Waits briefly for what is on its way.
   * @throws DomainError NOT_FOUND, TRANSITION_ILLEGAL (not activated)
   */
  async activatedProtocol(protocolId: string, party: string): Promise<ActivatedProtocol> {
    const protocol = await patiently(
      () => this.protocol(protocolId),
      (found) => found !== null && (found.sender !== party || found.effectiveFrom !== null),
    );
    if (protocol?.sender !== party) throw notFound('protocol', protocolId);
    if (protocol.effectiveFrom === null) {
      throw new DomainError('TRANSITION_ILLEGAL', `Protocol ${protocolId} has not been activated`);
    }
    const { version, sender, receiver, model, decisions } = protocol;
    return {
      protocolId: protocol.protocolId,
      version,
      sender,
      receiver,
      model: applyDecisions(model, decisions).model,
    };
  }

  /**
   * Guarantees that transfer has given this reference to a person under this protocol, and gives it back as it is stored
   * (it also names a lock, and one person must not have two). Waits briefly for a reference that has just been given.
   * @throws DomainError NOT_FOUND
   */
  async knownSubject(subjectRef: string, protocolId: string): Promise<string> {
    const subjects = this.dataSource.getRepository(SubjectFact);
    let subject = await subjects.findOneBy({ subjectRef });
    if (subject === null && (await this.versions.waitFor(subjectRef, 1, PATIENCE_MS))) {
      subject = await subjects.findOneBy({ subjectRef });
    }
    if (subject?.protocolId !== protocolId) throw notFound('subject', subjectRef);
    return subject.subjectRef;
  }

  /**
   * Guarantees that no unreadable message stands between what is known of the protocol and person and what was said of them.
   * @throws DomainError UNAVAILABLE until an operator has repaired it
   */
  async assertReadable(tx: WriteTransaction, ...aggregates: readonly string[]): Promise<void> {
    for (const aggregate of aggregates) {
      if (await this.blocks.isBlocked(tx, aggregate)) {
        throw new DomainError(
          'UNAVAILABLE',
          `A message about ${aggregate} could not be read; the operator has been told`,
        );
      }
    }
  }

  private protocol(protocolId: string): Promise<ProtocolFact | null> {
    return versionInForce(this.dataSource.manager, protocolId, this.clock.now());
  }
}

/**
 * The version of a protocol that decides at `now` (epoch milliseconds): the activated one that governs, else the one that
 * was activated first, else the latest draft; null for a protocol that is not known here.
 */
export async function versionInForce(
  manager: EntityManager,
  protocolId: string,
  now: number,
): Promise<ProtocolFact | null> {
  const versions = await manager.find(ProtocolFact, { where: { protocolId }, order: { version: 'ASC' } });
  const activated = versions.filter(({ effectiveFrom }) => effectiveFrom !== null);
  const days = activated.map((fact) => ({ fact, version: fact.version, effectiveFrom: fact.effectiveFrom!.getTime() }));
  return governingVersion(days, now)?.fact ?? activated[0] ?? versions.at(-1) ?? null;
}

/** The fact that a party may not know of, or that does not exist: one answer for both. */
export function notFound(kind: string, id: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no ${kind} ${id}`);
}

/** Loads until `settled`, for at most `PATIENCE_MS` of real time; then what was loaded last. */
async function patiently<T>(load: () => Promise<T>, settled: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await load();
    if (settled(value) || performance.now() >= deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
