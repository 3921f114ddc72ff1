import { partyRoles, type PartyRole, type ProtocolModel } from '@convenant/protocol';

/** The body that runs the installation. */
export interface Host {
  readonly name: string;
  /** Ten digits; null when the operator has not said it. */
  readonly enterpriseNumber: string | null;
}

/** A processor that a party must have on record: the text names it, or it hosts the installation. */
export interface ExpectedProcessor {
  readonly party: PartyRole;
  readonly name: string;
  readonly kind: 'processor' | 'installation';
  readonly clause: string | null;
}

/**
 * The processors that must be on record. Who hosts the installation is a processor of both parties, but no processor of
 * itself.
 *
 * @see GDPR Art. 28(3), 30(2)
 */
export function expectedProcessors(model: ProtocolModel, host: Host | null): ExpectedProcessor[] {
  const named = model.processors.named.map(({ of, name, clause }) => ({
    party: of,
    name,
    kind: 'processor' as const,
    clause,
  }));
  if (host === null) return named;
  const hosts = partyRoles
    .filter((role) => model.parties[role].kbo.replaceAll('.', '') !== host.enterpriseNumber)
    .map((party) => ({ party, name: host.name, kind: 'installation' as const, clause: model.processors.clause }));
  return [...named, ...hosts];
}

/** Whether a record is that of an expected processor. Names are compared as people write them: `Smals`, `SMALS VZW`. */
export function isRecorded(expected: ExpectedProcessor, record: { kind: string; name: string }): boolean {
  if (expected.kind === 'installation') return record.kind === 'installation';
  return record.kind === 'processor' && isSameName(record.name, expected.name);
}

/** Whether two names are of one body, whatever its legal form beside it, capitals and signs. */
export function isSameName(one: string, other: string): boolean {
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(/\b(vzw|asbl|nv|sa|bv|srl|cv|sc)\b/g, '')
      .replace(/[^\p{L}\p{N}]/gu, '');
  return plain(one) === plain(other);
}
