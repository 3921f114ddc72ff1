import { decideCorrection, type ProtocolModel } from '@convenant/protocol';

/** One item as a source gave it: its values, the source that vouches for them and their version there. */
export interface SourceItem {
  readonly item: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly source: string;
  readonly version: string;
}

/**
 * Whether what a source answered may be passed on: every item that was asked for, no other, each with the fields that the
 * protocol lists and in their format. Anything else is refused whole: data that nobody agreed on could travel in it.
 */
export function isAgreedAnswer(items: readonly SourceItem[], asked: readonly string[], model: ProtocolModel): boolean {
  if (items.length !== asked.length || !asked.every((item) => items.some((given) => given.item === item))) return false;
  if (!Array.isArray(decideCorrection(items, model))) return false;
  return items.every(({ item, fields }) => {
    const known = model.dataItems.find(({ id }) => id === item)!;
    const complete = known.fields.every(({ name, required }) => !required || fields[name] !== undefined);
    return complete && Object.keys(fields).length > 0;
  });
}
