import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SevenZip } from './seven-zip.js';

/** Archives built at once: one per core beyond the one that serves. */
const THREADS = 2;

/** The worker threads of 7-Zip, ended after the deliveries that use them. */
@Module({
  providers: [{ provide: SevenZip, useFactory: () => new SevenZip(THREADS) }],
  exports: [SevenZip],
})
export class SevenZipModule implements OnApplicationShutdown {
  constructor(@Inject(SevenZip) private readonly sevenZip: SevenZip) {}

  onApplicationShutdown(): Promise<void> {
    return this.sevenZip.close();
  }
}
