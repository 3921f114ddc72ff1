import { Body, Controller, Inject, Param } from '@nestjs/common';
import { DestroyKeysRequest, KeyRotationView, KeysView } from '@convenant/contracts';
import { Caller, type CallerIdentity, Command, CommandInfo, type CommandInformation, Query } from '@convenant/platform';
import { KeyRotations } from '../use-cases/key-rotations.js';
import { OrderKeyDestruction } from '../use-cases/order-key-destruction.use-case.js';
import { StartKeyRotation } from '../use-cases/start-key-rotation.use-case.js';

@Controller('keys')
export class KeysController {
  constructor(
    @Inject(KeyRotations) private readonly rotations: KeyRotations,
    @Inject(StartKeyRotation) private readonly startRotation: StartKeyRotation,
    @Inject(OrderKeyDestruction) private readonly orderDestruction: OrderKeyDestruction,
  ) {}

  @Query({
    path: '',
    needs: { roles: ['installation-admin', 'dpo'] },
    answer: KeysView,
    summary: 'The generations of the key-encryption key, their rotations, and the erasure horizon reached',
  })
  keys() {
    return this.rotations.keys();
  }

  @Command({
    path: 'rotations',
    needs: { roles: ['installation-admin'] },
    answer: KeyRotationView,
    summary: 'Orders a new generation; every data key is wrapped under it in the background',
  })
  rotate(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation) {
    return this.startRotation.execute(caller, info);
  }

  @Query({
    path: 'rotations/:id',
    needs: { roles: ['installation-admin'] },
    answer: KeyRotationView,
    summary: 'How far a rotation is',
  })
  rotation(@Param('id') id: string) {
    return this.rotations.get(id);
  }

  @Command({
    path: 'rotations/:id/destruction',
    needs: { roles: ['installation-admin'] },
    body: DestroyKeysRequest,
    answer: KeyRotationView,
    summary: 'Destroys every older generation for ever, once a backup from after the re-wrapping is confirmed',
  })
  destroy(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Param('id') id: string,
    @Body() body: DestroyKeysRequest,
  ) {
    return this.orderDestruction.execute(caller, info, id, body);
  }
}
