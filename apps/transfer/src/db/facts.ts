import { Inject, Injectable } from '@nestjs/common';
import { Blocks, type WriteTransaction } from '@convenant/messaging';
import type { ConsentFacts, ProtocolFacts, ProtocolModel } from '@convenant/protocol';
import {
  type ConsentFactRow,
  type ProtocolFactRow,
  selectConsentFact,
  selectModel,
  selectProtocolFacts,
} from './fact.statements.js';

/** What is known of a protocol, with the version of the row it was read from. */
export interface KnownProtocol {
  readonly version: number;
  readonly facts: ProtocolFacts & { readonly stopClause: string | null };
}

export interface KnownConsent {
  /** 0: nothing is known of it, but what would tell is blocked. */
  readonly version: number;
  readonly facts: ConsentFacts;
}

/**
 * The facts that decisions rest on, read inside the caller's transaction: a decision that commits has seen what was
 * committed when it read, and a barrier waits for every transaction that may have read before it.
 */
@Injectable()
export class Facts {
  /** Models never change under a digest, so they are parsed once. Small: an installation has few protocols. */
  private readonly models = new Map<string, ProtocolModel>();

  constructor(@Inject(Blocks) private readonly blocks: Blocks) {}

  /** Null when no such protocol is known here. */
  async protocol(tx: WriteTransaction, protocolId: string): Promise<KnownProtocol | null> {
    const rows = await tx.query<ProtocolFactRow>(selectProtocolFacts(protocolId));
    const [first] = rows;
    if (!first) return null;
    const blocked = await this.blocks.isBlocked(tx, protocolId);
    const versions = [];
    for (const row of rows) {
      versions.push({
        version: row.protocol_version,
        model: await this.model(tx, protocolId, row.protocol_version, row.model_digest),
        effectiveFrom: row.effective_from?.getTime() ?? null,
        endedAt: row.ended_at?.getTime() ?? null,
        suspendedFrom: row.suspended_from?.getTime() ?? null,
        blocked,
      });
    }
    const parties = { sender: first.sender, receiver: first.receiver };
    return { version: first.version, facts: { protocolId, versions, parties, stopClause: first.stop_clause } };
  }

  /** Null when no such consent is known here and nothing about it is blocked. */
  async consent(tx: WriteTransaction, consentId: string): Promise<KnownConsent | null> {
    const [row] = await tx.query<ConsentFactRow>(selectConsentFact(consentId));
    const blocked = await this.blocks.isBlocked(tx, consentId);
    if (!row) return blocked ? { version: 0, facts: unreadable(consentId) } : null;
    return {
      version: row.version,
      facts: {
        consentId,
        subjectRef: row.subject_ref,
        protocolId: row.protocol_id,
        purpose: row.purpose,
        items: row.items,
        recipient: { party: row.recipient_party, unit: row.recipient_unit, category: row.recipient_category },
        // A withdrawal outweighs a use: the one who asks is told that the person said no.
        state: row.state === 'given' && row.used ? 'used' : row.state,
        noticePoints: row.notice_points,
        givenAt: row.given_at.getTime(),
        expiresAt: row.expires_at?.getTime() ?? null,
        blocked,
      },
    };
  }

  private async model(
    tx: WriteTransaction,
    protocolId: string,
    version: number,
    digest: string,
  ): Promise<ProtocolModel> {
    const known = this.models.get(digest);
    if (known) return known;
    const [row] = await tx.query<{ model: ProtocolModel; model_digest: string }>(selectModel(protocolId, version));
    // Between the two reads the version may have been activated with another model: its own digest counts.
    this.models.set(row!.model_digest, row!.model);
    return row!.model;
  }
}

/** The first message about this consent could not be applied: nothing can be said of it. */
function unreadable(consentId: string): ConsentFacts {
  const recipient = { party: '', unit: '', category: '' };
  return {
    consentId,
    subjectRef: '',
    protocolId: '',
    purpose: '',
    items: [],
    recipient,
    state: 'given',
    noticePoints: [],
    givenAt: 0,
    blocked: true,
  };
}
