import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { OperationsController } from './operations.controller.js';

@Module({})
class ServiceRoot {}

/** A service with what operators need beside its own: wherever messages are read, so that no app can forget it. */
export function withOperations(service: DynamicModule | Type): DynamicModule {
  return { module: ServiceRoot, imports: [service], controllers: [OperationsController] };
}
