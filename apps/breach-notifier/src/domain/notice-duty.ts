import type { PartyRole, ProtocolModel } from '@convenant/protocol';

/** A functional mailbox that is to be written to, and what it is. */
export interface NoticeContact {
  readonly mailbox: string;
  readonly contact: 'breach' | 'dpo';
}

/** Contacts of a party as the register knows them. */
export interface RegisteredContact {
  readonly role: string;
  readonly mailbox: string;
  /** Whether somebody showed that it is read, and whether that is too long ago. */
  readonly verification?: 'verified' | 'lapsed' | 'unverified';
}

export function otherRole(role: PartyRole): PartyRole {
  return role === 'sender' ? 'receiver' : 'sender';
}

/**
 * The clause under which the breached party must tell the other one, or null where the protocol has no such duty.
 * `inform` names who is to be informed: each other, or one side only.
 */
export function noticeClause(model: ProtocolModel, breached: PartyRole): string | null {
  if (model.breach === null) return null;
  const { inform, clause } = model.breach;
  const informed = inform === 'eachOther' || inform === `${otherRole(breached)}Only`;
  return informed ? clause : null;
}

/**
 * Where one side of a protocol is told of a breach: the contact that the protocol names; where it names none, the one in the
 * register. Where the clause goes via the DPOs and that contact is no DPO's address, the DPO is written to as well, and that
 * is a finding.
 *
 * @returns no contacts when neither protocol nor register has any
 */
export function noticeContacts(
  model: ProtocolModel,
  role: PartyRole,
  registered: readonly RegisteredContact[],
): { contacts: NoticeContact[]; findings: string[] } {
  const ofRegister = (wanted: string) => registered.flatMap((it) => (it.role === wanted ? [it.mailbox] : []));
  const inProtocol = model.parties[role].dpo.contact;
  const officers = [...(inProtocol === null ? [] : [inProtocol]), ...ofRegister('dpo')];
  const named = (model.breach?.contacts ?? []).flatMap((it) => (it.party === role ? [it.mailbox] : []));
  const mailboxes = named.length > 0 ? named : ofRegister('breach');

  const isOfficer = (mailbox: string) => officers.some((officer) => same(officer, mailbox));
  const contacts = distinct(mailboxes).map((mailbox): NoticeContact => ({
    mailbox,
    contact: isOfficer(mailbox) ? 'dpo' : 'breach',
  }));
  const findings: string[] = [];
  const side = role.toUpperCase();
  const reached = contacts.some(({ contact }) => contact === 'dpo');
  if (!reached && model.breach?.viaDpo && contacts.length > 0) findings.push(`${side}_CONTACT_NOT_DPO`);
  if (!reached && officers.length === 0) findings.push(`${side}_DPO_CONTACT_UNKNOWN`);
  if (!reached && officers.length > 0 && (model.breach?.viaDpo || contacts.length === 0)) {
    contacts.push({ mailbox: officers[0]!, contact: 'dpo' });
  }
  return { contacts, findings };
}

/**
 * What is to be said of the mailboxes that are written to: nobody ever showed that one is read, or it is too long ago. They
 * are written to all the same. One that stands in the protocol alone was never shown.
 */
export function contactFindings(
  role: PartyRole,
  contacts: readonly NoticeContact[],
  registered: readonly RegisteredContact[],
): string[] {
  const states = contacts.map(({ mailbox }) => {
    const known = registered.filter((it) => same(it.mailbox, mailbox)).map(({ verification }) => verification);
    if (known.includes('verified')) return 'verified';
    return known.includes('lapsed') ? 'lapsed' : 'unverified';
  });
  return (['unverified', 'lapsed'] as const)
    .filter((state) => states.includes(state))
    .map((state) => `${role.toUpperCase()}_CONTACT_${state.toUpperCase()}`);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function distinct(mailboxes: readonly string[]): string[] {
  return mailboxes.filter((mailbox, index) => mailboxes.findIndex((other) => same(other, mailbox)) === index);
}
