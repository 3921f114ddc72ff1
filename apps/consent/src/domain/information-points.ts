import type { InputFault } from '@convenant/kernel';
import type { ProtocolModel } from '@convenant/protocol';

/** Points that the protocol does not name: what cannot be looked up in the text cannot have been told from it. */
export function unknownPoints(given: readonly string[], model: ProtocolModel): InputFault[] {
  const known = new Set(model.consent.informationPoints.map((point) => point.id));
  return given.flatMap((point, index): InputFault[] =>
    known.has(point)
      ? []
      : [
          {
            in: 'body',
            name: `/informationPoints/${index}`,
            detail: 'must be the id of an information point of the protocol',
          },
        ],
  );
}

/**
 * Points of the protocol that the person was not told.
 *
 * An incomplete notice is a fact and is kept as one; it is the disclosure that is refused (`CONSENT_NOTICE_INCOMPLETE`).
 *
 * @see GDPR Art. 4(11) informed; Art. 13
 */
export function missingPoints(given: readonly string[], model: ProtocolModel): string[] {
  return model.consent.informationPoints.map((point) => point.id).filter((id) => !given.includes(id));
}
