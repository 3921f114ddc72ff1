import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { formatInstant, newId, type Clock } from '@convenant/kernel';
import { protocolPublicationLapsed, protocolPublished } from '@convenant/contracts';
import { CLOCK, Outbox, type WriteTransaction } from '@convenant/messaging';
import { observe, type Observation, type PublicationState } from '../../domain/publication/observe-publication.js';
import { fetchPublication } from '../../publication/fetch-publication.js';
import { Publication } from '../../db/governance.entities.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { ProtocolStore } from '../protocol-store.js';
import { PublicFiles } from './public-files.js';
import { PublicationOptions } from './publication-options.js';

/** Addresses looked at side by side, and in one step. */
const AT_ONCE = 5;

/**
 * Looks at the addresses that are due and tells what is new: a publication that stands, or one that stands no longer.
 *
 * t0 the address is fetched, outside any transaction; t1 the finding is written under the lock of the protocol, unless the
 * publication was replaced or looked at again meanwhile.
 */
@Injectable()
export class CheckPublications {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly store: ProtocolStore,
    private readonly governed: GovernedProtocol,
    private readonly files: PublicFiles,
    private readonly options: PublicationOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many addresses it looked at */
  async execute(): Promise<number> {
    const due = await this.dataSource.getRepository(Publication).find({
      where: { nextCheckAt: LessThanOrEqual(new Date(this.clock.now())) },
      order: { nextCheckAt: 'ASC' },
      take: AT_ONCE,
    });
    await Promise.all(due.map((publication) => this.check(publication)));
    return due.length;
  }

  private async check(publication: Publication): Promise<void> {
    const { id, protocolId, version } = publication;
    const files = await this.files.of(protocolId, version, await this.store.history(protocolId));
    const fetched = await fetchPublication(publication.url, this.options.rules);
    const found = compare(fetched, files);
    await this.outbox.transaction([protocolId], async (tx) => {
      const now = await tx.manager.findOneByOrFail(Publication, { id });
      const isOurs = now.nextCheckAt?.getTime() === publication.nextCheckAt?.getTime();
      if (now.state === 'replaced' || !isOurs) return;
      const { version: inForce, state } = await this.governed.inForce(protocolId, tx);
      if (inForce !== version || state.ended !== null) {
        // Nobody has to keep it there any more; what stands of it is history.
        await tx.manager.update(Publication, { id }, { state: 'replaced', nextCheckAt: null });
        return;
      }
      await this.record(tx, now, found);
    });
  }

  private async record(tx: WriteTransaction, publication: Publication, found: Observation): Promise<void> {
    const { id, protocolId } = publication;
    const at = new Date(tx.now);
    const { tells, state, failures, nextCheckAt } = observe(
      publication as PublicationState,
      found,
      tx.now,
      this.options.every,
    );
    await tx.manager.update(
      Publication,
      { id },
      {
        state,
        failures,
        nextCheckAt: new Date(nextCheckAt),
        lastCheckedAt: at,
        ...('file' in found
          ? { file: found.file, contentHash: found.contentHash, observedAt: at, lapsedAt: null, cause: null }
          : { cause: found.cause, ...(tells === 'lapsed' ? { lapsedAt: at } : {}) }),
      },
    );
    if (tells === null) return;
    await this.tell(tx, publication, found);
    await this.governed.lookAgain(tx, protocolId);
  }

  private async tell(tx: WriteTransaction, publication: Publication, found: Observation): Promise<void> {
    const { id, protocolId, version, party, url } = publication;
    const { model } = await this.governed.inForce(protocolId, tx);
    const clause = model.publication === null ? {} : { clause: model.publication.clause };
    const about = { publicationId: id, protocolId, version, party, url, ...clause, observedAt: formatInstant(tx.now) };
    // Nobody commands it at this moment: the look itself is the cause.
    const look = newId();
    const envelope = {
      subject: protocolId,
      context: { correlationId: look, causationId: look },
      protocolId,
      protocolVersion: version,
      ...clause,
    };
    await ('file' in found
      ? tx.append(protocolPublished, { ...envelope, data: { ...about, ...found } })
      : tx.append(protocolPublicationLapsed, { ...envelope, data: { ...about, ...found } }));
  }
}

function compare(
  fetched: Awaited<ReturnType<typeof fetchPublication>>,
  files: readonly { name: string; contentHash: string }[],
): Observation {
  if ('cause' in fetched) return fetched;
  const foundHash = createHash('sha256').update(fetched.bytes).digest('hex');
  const file = files.find(({ contentHash }) => contentHash === foundHash);
  return file === undefined ? { cause: 'CONTENT_DIFFERS', foundHash } : { file: file.name, contentHash: foundHash };
}
