import { Controller, Inject } from '@nestjs/common';
import { ArchiveKeysView } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import { Query } from '@convenant/platform';
import { ArchiveSigner } from '../delivery/archive-signer.js';

@Controller('archive-keys')
export class ArchiveKeysController {
  constructor(@Inject(ArchiveSigner) private readonly signer: ArchiveSigner) {}

  @Query({
    path: '',
    needs: { public: true },
    answer: ArchiveKeysView,
    summary: 'The public keys that verify the .sig file beside an archive',
  })
  async list(): Promise<ArchiveKeysView> {
    const keys = await this.signer.published();
    return {
      items: keys.map(({ key_id: keyId, public_key: publicKey, made_at: madeAt }) => ({
        keyId,
        algorithm: 'Ed25519',
        publicKey,
        madeAt: formatInstant(madeAt.getTime()),
      })),
    };
  }
}
