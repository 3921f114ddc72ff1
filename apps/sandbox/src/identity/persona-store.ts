import { randomBytes } from 'node:crypto';
import { isUuid } from '@convenant/kernel';
import { SandboxError } from '../sandbox-error.js';
import { readState, writeState } from '../state-file.js';
import { personas, type Persona } from './personas.js';

interface Kept {
  /** Client secret at the identity provider. */
  secret: string;
  party?: string;
}

/** A persona with its party, once the register has given it one. */
export type KnownPersona = Persona & { party?: string };

/** The personas with what is only known at run time, kept across restarts. */
export class PersonaStore {
  private constructor(
    private readonly file: string,
    private readonly kept: Map<string, Kept>,
  ) {}

  static async open(file: string): Promise<PersonaStore> {
    const earlier = (await readState<Record<string, Kept>>(file)) ?? {};
    const kept = new Map(
      personas.map(({ name }) => [name, earlier[name] ?? { secret: randomBytes(24).toString('base64url') }]),
    );
    const store = new PersonaStore(file, kept);
    await store.save();
    return store;
  }

  all(): KnownPersona[] {
    return personas.map((persona) => this.withParty(persona));
  }

  /** @throws SandboxError 404 `PERSONA_UNKNOWN` */
  get(name: string): KnownPersona {
    const persona = personas.find((candidate) => candidate.name === name);
    if (!persona) {
      throw new SandboxError(
        404,
        'PERSONA_UNKNOWN',
        `No such persona; there are: ${personas.map((p) => p.name).join(', ')}`,
      );
    }
    return this.withParty(persona);
  }

  secretOf(name: string): string {
    return this.kept.get(name)!.secret;
  }

  /**
   * Says to which registered party a persona belongs; tokens made from then on carry it.
   * @throws SandboxError 400 `PARTY_INVALID`, 404 `PERSONA_UNKNOWN`, 409 `PERSONA_WITHOUT_PARTY`
   */
  async assign(name: string, party: unknown): Promise<KnownPersona> {
    const persona = this.get(name);
    if (persona.group === 'operator') {
      throw new SandboxError(409, 'PERSONA_WITHOUT_PARTY', 'The operator of the installation belongs to no party');
    }
    if (!isUuid(party)) throw new SandboxError(400, 'PARTY_INVALID', 'party must be the id that the register gave out');
    this.kept.get(name)!.party = party;
    await this.save();
    return this.get(name);
  }

  private withParty(persona: Persona): KnownPersona {
    const party = this.kept.get(persona.name)?.party;
    return party ? { ...persona, party } : { ...persona };
  }

  private async save(): Promise<void> {
    await writeState(this.file, Object.fromEntries(this.kept));
  }
}
