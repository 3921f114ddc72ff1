import { canonicalJson, formatInstant } from '@convenant/kernel';
import { canonicalProtocol, partyRoles } from '@convenant/protocol';
import type { PublishedVersion } from './published-version.js';

/**
 * The machine-readable file of a version: canonical JSON (RFC 8785) and a line end. Its member `protocol` is the
 * transcription as signed: SHA-256 over its canonical form is `dataHash`, so that a reader can verify it. What the parties
 * decided beside the text stands apart, with who decided and when.
 */
export function publicJson(published: PublishedVersion): string {
  const { protocolId, version, effectiveFrom, drafted, filled, documentHash, dataHash } = published;
  const document = {
    format: 'convenant-public-protocol/1',
    protocolId,
    version,
    reference: drafted.reference,
    effectiveFrom: formatInstant(effectiveFrom),
    documentHash,
    dataHash,
    opinions: partyRoles.flatMap((party) => {
      const opinion = published.opinions[party];
      if (opinion === undefined) return [];
      const { outcome, givenOn, followed, opinionHash, approvesTranscription } = opinion;
      return [{ party, outcome, givenOn, followed, approvesTranscription, ...(opinionHash ? { opinionHash } : {}) }];
    }),
    decisions: filled.map(({ openPointId, clause, pointers, value, decisions }) => ({
      openPoint: openPointId,
      clause,
      fills: pointers,
      value,
      decidedBy: decisions.map(({ decidedBy, capacity, decidedOn }) => ({ party: decidedBy, capacity, decidedOn })),
    })),
    signatures: published.signatures.map(({ by, signatory, capacity, signedOn, method }) => ({
      party: by,
      signatory,
      capacity,
      signedOn,
      method,
    })),
    protocol: JSON.parse(canonicalProtocol(drafted)) as unknown,
  };
  return `${canonicalJson(document)}\n`;
}
