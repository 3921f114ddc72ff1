import type { ProtocolModel } from '@convenant/protocol';

/** Stands in records for a name that the protocol does not know. */
export const UNLISTED = 'unlisted';

/** The names of a request as they may stand in a record that cannot be edited. */
export interface PublishableNames {
  readonly purpose: string;
  readonly items: string[];
  readonly recipient: { readonly party: string; readonly unit: string; readonly category: string };
}

/**
 * Keeps the names that the protocol itself uses and replaces all others by `unlisted`: a caller that puts a person's
 * number where a name belongs must not get it into a topic. Party ids are ids.
 */
export function publishableNames(
  request: {
    purpose: string;
    items: readonly { item: string }[];
    recipient: { party: string; unit: string; category: string };
  },
  models: readonly ProtocolModel[],
): PublishableNames {
  const known = (name: string, names: (model: ProtocolModel) => readonly (string | null)[]) =>
    models.some((model) => names(model).includes(name)) ? name : UNLISTED;
  const { party, unit, category } = request.recipient;
  return {
    purpose: known(request.purpose, (model) => model.purposes.map(({ id }) => id)),
    items: [...new Set(request.items.map(({ item }) => known(item, (model) => model.dataItems.map(({ id }) => id))))],
    recipient: {
      party,
      unit: known(unit, (model) => model.recipients.map((recipient) => recipient.unit)),
      category: known(category, (model) => model.recipients.map((recipient) => recipient.category)),
    },
  };
}
