import { readFileSync } from 'node:fs';
import { parseProtocol, type ProtocolCommand, type ProtocolModel } from '../index.js';
import { draft, given, opinion, signature } from '../protocol-files.support.spec.js';

function invented(name: string): ProtocolModel {
  const file = readFileSync(new URL(`../../../../protocols/examples/${name}.yaml`, import.meta.url), 'utf8');
  const parsed = parseProtocol(file, { format: 'yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.model;
}

/** A framework of two years and two accessions to it: bodies, items, route and terms that no code knows. */
export const framework = invented('kader-woonpremies');
export const modelgem = invented('toetreding-modelgem');
export const proefstede = invented('toetreding-proefstede');

/** Everything up to and with the last signature. */
export const agreed = (model: ProtocolModel): ProtocolCommand[] => [
  draft(model),
  opinion('sender'),
  opinion('receiver'),
  signature('sender', 'director', { signedOn: '2026-05-20' }),
  signature('receiver', 'mayor', { signedOn: '2026-05-20' }),
];

export const frameworkState = (at: number) => given(agreed(framework), at);
