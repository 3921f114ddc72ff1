import { frameworkFindingKinds } from './framework-finding-kinds.js';
import { ruleFindingKinds } from './rule-finding-kinds.js';
import { wordingFindingKinds } from './wording-finding-kinds.js';

/** Every finding the validator can make on a protocol, with its severity, source and words. */
export const findingKinds = { ...wordingFindingKinds, ...ruleFindingKinds, ...frameworkFindingKinds } as const;

export type FindingCode = keyof typeof findingKinds;
