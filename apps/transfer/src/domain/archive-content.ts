import { formatInstant } from '@convenant/kernel';
import type { ProtocolModel } from '@convenant/protocol';

/** The values of a disclosure, item by item, as they were authorised. */
export type DisclosedValues = readonly { readonly item: string; readonly fields: Readonly<Record<string, string>> }[];

export interface ArchiveFile {
  readonly name: string;
  readonly content: string;
}

/**
 * What stands in the archive: `disclosure.json` for machines and `disclosure.txt` for the one who opens it, in the
 * language of the protocol's text. The same input gives the same files.
 */
export function archiveContent(
  disclosure: {
    id: string;
    subjectRef: string;
    protocolId: string;
    protocolVersion: number;
    purpose: string;
    requestedAt: number;
  },
  model: ProtocolModel,
  values: DisclosedValues,
): ArchiveFile[] {
  const { id, subjectRef, protocolId, protocolVersion, purpose, requestedAt } = disclosure;
  const protocol = { id: protocolId, version: protocolVersion, reference: model.reference };
  const json = {
    disclosureId: id,
    subjectRef,
    protocol,
    purpose,
    requestedAt: formatInstant(requestedAt),
    items: values,
  };
  return [
    { name: 'disclosure.json', content: `${JSON.stringify(json, null, 2)}\n` },
    { name: 'disclosure.txt', content: readable(id, model, values) },
  ];
}

function readable(id: string, model: ProtocolModel, values: DisclosedValues): string {
  const language = model.language === 'fr' ? 'fr' : 'nl';
  const lines = [model.title[language], id];
  for (const { item, fields } of values) {
    const known = model.dataItems.find((candidate) => candidate.id === item);
    lines.push('', known?.label[language] ?? item);
    for (const [name, value] of Object.entries(fields)) {
      lines.push(`  ${known?.fields.find((field) => field.name === name)?.label[language] ?? name}: ${value}`);
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}
