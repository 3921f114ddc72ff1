import type {
  CompletenessView,
  DocumentsView,
  EndingView,
  EntriesView,
  FlaggedDisclosures,
  ProtocolView,
  PublicationsView,
  TrailPage,
  VersionList,
} from '@convenant/contracts';
import type { ApiClient } from '../api-client.js';
import type { TarFile } from '../output/tar.js';

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'text/plain': 'txt',
};

/** What is kept about a protocol under one path each. */
const lists = [
  'alerts',
  'disputes',
  'processors',
  'processor-lists',
  'law-changes',
  'evidence',
  'evidence-requests',
  'reconciliation',
] as const;

/** What was collected, and what a person is told of it. */
export interface Collected {
  readonly files: readonly TarFile[];
  readonly counts: { readonly versions: number; readonly documents: number; readonly trailEntries: number };
}

/**
 * Everything that the caller's party may read of one protocol, file by file. All or nothing: a part that cannot be read ends the
 * collection, since evidence with a hole in it proves the wrong thing.
 *
 * How far the trail is proven is asked before the trail is read: what was proven then is in it.
 *
 * @throws CommandFailure with the problem of the installation
 */
export async function collectEvidence(api: ApiClient, id: string): Promise<Collected> {
  const at = `/register/v1/protocols/${encodeURIComponent(id)}`;
  const files: TarFile[] = [];
  const keep = (path: string, value: unknown) => files.push({ path, content: json(value) });

  const protocol = await api.get<ProtocolView>(at);
  keep('protocol.json', protocol);
  const versions = await api.get<VersionList>(`${at}/versions`);
  keep('versions.json', versions);
  for (const { version } of versions.items) {
    keep(`versions/${version}.json`, await api.get(`${at}/versions/${version}`));
    if (version > 1) {
      keep(`versions/${version}-difference.json`, await api.get(`${at}/versions/${version}/difference`));
    }
  }
  for (const list of lists) keep(`${list}.json`, await api.get(`${at}/${list}`));
  for (const ending of protocol.endings) files.push(...(await endingOf(api, at, ending)));
  files.push(...(await publicationsOf(api, at)));
  const documents = await documentsOf(api, at);
  files.push(...documents);
  const { items } = await api.get<EntriesView>('/register/v1/register-entries');
  keep('register-entries.json', { items: items.filter(({ protocolId }) => protocolId === id) });

  keep('completeness.json', await api.get<CompletenessView>('/audit/v1/completeness'));
  const trail = await trailOf(api, id);
  files.push({
    path: 'trail.ndjson',
    content: Buffer.from(trail.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
  });
  const counts = { versions: versions.items.length, documents: documents.length - 1, trailEntries: trail.length };
  return { files, counts };
}

async function endingOf(api: ApiClient, at: string, ending: string): Promise<TarFile[]> {
  const path = `${at}/endings/${ending}`;
  const flagged: FlaggedDisclosures['items'] = [];
  let page: FlaggedDisclosures;
  let after = '';
  do {
    page = await api.get<FlaggedDisclosures>(`${path}/flagged?limit=500${after}`);
    flagged.push(...page.items);
    after = `&after=${page.next}`;
  } while (page.next !== undefined);
  return [
    { path: `endings/${ending}.json`, content: json(await api.get<EndingView>(path)) },
    { path: `endings/${ending}-duties.json`, content: json(await api.get(`${path}/duties`)) },
    { path: `endings/${ending}-flagged.json`, content: json({ ...page, items: flagged }) },
  ];
}

/** Where the parties publish, and the public files themselves, whose hashes were published. */
async function publicationsOf(api: ApiClient, at: string): Promise<TarFile[]> {
  const view = await api.get<PublicationsView>(`${at}/publications`);
  const files: TarFile[] = [{ path: 'publications.json', content: json(view) }];
  if (!view.public) return files;
  for (const { name, path } of view.files) files.push({ path: `public/${name}`, content: await api.bytes(path) });
  return files;
}

/** The list first, then each document under its hash. */
async function documentsOf(api: ApiClient, at: string): Promise<TarFile[]> {
  const view = await api.get<DocumentsView>(`${at}/documents`);
  const files: TarFile[] = [{ path: 'documents.json', content: json(view) }];
  for (const { documentHash, mediaType } of view.items) {
    const content = await api.bytes(`${at}/documents/${documentHash}`);
    files.push({ path: `documents/${documentHash}.${extensions[mediaType]}`, content });
  }
  return files;
}

async function trailOf(api: ApiClient, id: string): Promise<TrailPage['items']> {
  const entries: TrailPage['items'] = [];
  let after = '';
  for (;;) {
    const { items, next } = await api.get<TrailPage>(`/audit/v1/entries?protocolId=${id}&limit=500${after}`);
    entries.push(...items);
    if (next === undefined) return entries;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
