import {
  contactChanged,
  contactVerificationLapsed,
  contactVerified,
  disputeClosed,
  disputeOpened,
  partyRegistered,
  type EventData,
} from '@convenant/contracts';
import { dateOf, folds, type FoldTransaction, type NamedFold } from '@convenant/messaging';
import { trustIssuer } from '@convenant/platform';
import { Dispute } from '../db/dispute.entity.js';
import { foldContact } from '../db/fold.statements.js';
import { Party, PartyContact, PartyTopics } from '../db/party.entity.js';

/** Parties, their mailboxes, disputes. */
export const partyFolds: readonly NamedFold[] = [
  folds(partyRegistered, async (tx, { data, recordedTime }) => {
    const { partyId, name, enterpriseNumber, unitCode = null, issuer, jwksUri, contacts } = data;
    const registeredAt = new Date(recordedTime);
    await tx.manager.insert(Party, { id: partyId, name, enterpriseNumber, unitCode, issuer, jwksUri, registeredAt });
    await tx.manager.upsert(
      PartyContact,
      contacts.map((contact) => ({ partyId, ...contact })),
      ['partyId', 'role', 'mailbox'],
    );
    // Its topics are made already; that is found, and its rights on them are given again.
    await tx.manager.insert(PartyTopics, { partyId, madeAt: null });
    await trustIssuer(tx, { partyId, issuer, jwksUri });
  }),
  folds(contactChanged, async (tx, { data }) => {
    const { partyId, role, mailbox } = data;
    if (data.change === 'added') await contact(tx, data);
    else await tx.manager.delete(PartyContact, { partyId, role, mailbox });
  }),
  folds(contactVerified, async (tx, { data }) => {
    await contact(tx, data);
    const [verifiedAt, validUntil] = [dateOf(data.verifiedAt), dateOf(data.validUntil)];
    const noCode = { codeNonce: null, codeValidUntil: null, codeMailedAt: null, codeTries: 0 };
    await tx.manager.update(
      PartyContact,
      { id: data.contactId },
      { verifiedAt, validUntil, lapsedAt: null, ...noCode },
    );
  }),
  folds(contactVerificationLapsed, async (tx, { data }) => {
    await contact(tx, data);
    await tx.manager.update(PartyContact, { id: data.contactId }, { lapsedAt: dateOf(data.lapsedAt) });
  }),
  folds(disputeOpened, (tx, { data }) =>
    tx.manager.insert(Dispute, {
      id: data.disputeId,
      protocolId: data.protocolId,
      version: data.version,
      openedBy: data.byParty,
      disclosureId: data.scope.disclosureId ?? null,
      subjectRef: data.scope.subjectRef ?? null,
      ground: data.ground,
      law: data.law ?? null,
      court: data.court ?? null,
      clause: data.clause ?? null,
      writingHash: data.writingHash ?? null,
      openedAt: dateOf(data.openedAt),
    }),
  ),
  folds(disputeClosed, (tx, { data }) =>
    tx.manager.update(
      Dispute,
      { id: data.disputeId },
      {
        closedBy: data.byParty,
        outcome: data.outcome,
        documentHash: data.documentHash ?? null,
        closedAt: dateOf(data.closedAt),
      },
    ),
  ),
];

type OfContact = Pick<EventData<typeof contactVerified>, 'contactId' | 'partyId' | 'role' | 'mailbox'>;

async function contact(tx: FoldTransaction, { contactId, partyId, role, mailbox }: OfContact): Promise<void> {
  await tx.query(foldContact, [contactId, partyId, role, mailbox]);
}
