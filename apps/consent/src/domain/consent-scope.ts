import type { InputFault } from '@convenant/kernel';
import type { ProtocolModel } from '@convenant/protocol';

/** What a person is asked to consent to. */
export interface ConsentScope {
  readonly purpose: string;
  readonly items: readonly string[];
  readonly recipient: { readonly party: string; readonly unit: string; readonly category: string };
}

/** A scope that the protocol does not know: the clause that closes it and where the request goes beyond. */
export interface ScopeFault {
  readonly clause: string;
  readonly fault: InputFault;
}

/**
 * Where a consent asks for more than the protocol could ever disclose; empty when all of it is in the protocol.
 *
 * A consent to something that is in no protocol would be a promise that nobody can keep, so it is not recorded. Recipients
 * that are reached only by an onward disclosure of the receiver are not recipients of the sender.
 *
 * @param receiver party id of the receiving party
 * @see GDPR Art. 4(11) specific consent; Art. 5(1)(b) purpose limitation
 */
export function scopeFaults(scope: ConsentScope, model: ProtocolModel, receiver: string): ScopeFault[] {
  const faults: ScopeFault[] = [];
  if (!model.consent.required) {
    faults.push(fault(model.consent.clause, '/protocolId', 'must be a protocol that asks for consent'));
    return faults;
  }
  if (!model.purposes.some((purpose) => purpose.id === scope.purpose)) {
    faults.push(fault(model.purposes[0]!.clause, '/purpose', 'must be a purpose of the protocol'));
  }
  scope.items.forEach((item, index) => {
    if (!model.dataItems.some((listed) => listed.id === item)) {
      faults.push(fault(model.itemsClause, `/items/${index}`, 'must be a data item of the protocol'));
    }
  });
  const { party, unit, category } = scope.recipient;
  const covered = model.recipients.some(
    (recipient) =>
      recipient.category === category && !recipient.onward && (recipient.unit === null || recipient.unit === unit),
  );
  if (party !== receiver || !covered) {
    faults.push(
      fault(
        model.recipientsClause ?? model.consent.clause,
        '/recipient',
        'must be a unit and category of the receiving party in the protocol',
      ),
    );
  }
  return faults;
}

function fault(clause: string, name: string, detail: string): ScopeFault {
  return { clause, fault: { in: 'body', name, detail } };
}
