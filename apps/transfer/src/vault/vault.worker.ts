import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DestroyReleased } from '../use-cases/destroy-released.use-case.js';
import { EraseMappings } from '../use-cases/erase-mappings.use-case.js';
import { WorkOffKeyRotation } from '../use-cases/work-off-key-rotation.use-case.js';
import { VaultSignal } from './vault-signal.js';

/** A release, or an order given to another replica, is seen within this time. */
const LOOK_EVERY_MS = 500;
const PAUSE_AFTER_FAULT_MS = 5_000;

/** Works off key rotations, destroys what a released hold had kept, and erases mappings whose time is over. Any number of replicas may run. */
@Injectable()
export class VaultWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Vault');
  private running = false;
  private loop: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(VaultSignal) private readonly signal: VaultSignal,
    @Inject(WorkOffKeyRotation) private readonly rotation: WorkOffKeyRotation,
    @Inject(DestroyReleased) private readonly released: DestroyReleased,
    @Inject(EraseMappings) private readonly mappings: EraseMappings,
  ) {}

  onApplicationBootstrap(): void {
    this.running = true;
    this.loop = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.running = false;
    this.signal.wake();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (this.running) {
      let pauseMs = LOOK_EVERY_MS;
      try {
        const found = (await this.released.execute()) + (await this.mappings.execute()) > 0;
        if ((await this.rotation.execute()) || found) continue;
      } catch (error) {
        // The message may quote data.
        this.logger.error({ msg: 'work on the vault waits', error });
        pauseMs = PAUSE_AFTER_FAULT_MS;
      }
      await this.signal.sleep(pauseMs);
    }
  }
}
