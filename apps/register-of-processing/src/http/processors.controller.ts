import { Body, Controller, Param } from '@nestjs/common';
import {
  AcknowledgeProcessorListRequest,
  AddProcessorRequest,
  ChangeProcessorRequest,
  EndProcessorRequest,
  ProcessorListsView,
  ProcessorListView,
  ProcessorsView,
  ProcessorView,
  ShareProcessorListRequest,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
} from '@convenant/platform';
import { commandCall } from '../use-cases/command-call.js';
import { AcknowledgeProcessorList } from '../use-cases/processors/acknowledge-processor-list.use-case.js';
import { AddProcessor } from '../use-cases/processors/add-processor.use-case.js';
import { ChangeProcessor } from '../use-cases/processors/change-processor.use-case.js';
import { GetProcessorLists } from '../use-cases/processors/get-processor-lists.use-case.js';
import { GetProcessors } from '../use-cases/processors/get-processors.use-case.js';
import { ShareProcessorList } from '../use-cases/processors/share-processor-list.use-case.js';
import { ofParty } from './of-party.js';

/** Processors of the parties of a protocol, and the lists of them that the parties exchange. */
@Controller('protocols')
export class ProcessorsController {
  constructor(
    private readonly addProcessor: AddProcessor,
    private readonly changeProcessor: ChangeProcessor,
    private readonly getProcessors: GetProcessors,
    private readonly shareList: ShareProcessorList,
    private readonly acknowledgeList: AcknowledgeProcessorList,
    private readonly getLists: GetProcessorLists,
  ) {}

  @Query({
    path: ':id/processors',
    needs: ofParty,
    answer: ProcessorsView,
    summary: 'The processors of both parties, with what blocks them, and those that are not recorded yet',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ProcessorsView> {
    return this.getProcessors.all(id, caller.party ?? null);
  }

  @Command({
    path: ':id/processors',
    needs: ofParty,
    body: AddProcessorRequest,
    answer: ProcessorView,
    summary: 'Record a processor that the party uses, with its contract; blocked while the contract lacks a point',
  })
  add(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProcessorView>> {
    return this.addProcessor.execute(id, body as AddProcessorRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/processors/:processorId/contract',
    needs: ofParty,
    body: ChangeProcessorRequest,
    answer: ProcessorView,
    summary: 'Record what is agreed with a processor from now on, in place of what was',
  })
  change(
    @Param('id') protocolId: string,
    @Param('processorId') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProcessorView>> {
    const call = commandCall(caller, info);
    return this.changeProcessor.execute({ protocolId, id }, body as ChangeProcessorRequest, call);
  }

  @Command({
    path: ':id/processors/:processorId/ending',
    needs: ofParty,
    body: EndProcessorRequest,
    answer: ProcessorView,
    summary: 'Say that the party no longer uses a processor',
  })
  end(
    @Param('id') protocolId: string,
    @Param('processorId') id: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProcessorView>> {
    return this.changeProcessor.execute({ protocolId, id }, null, commandCall(caller, info));
  }

  @Query({
    path: ':id/processor-lists',
    needs: ofParty,
    answer: ProcessorListsView,
    summary: 'The lists of processors that the parties shared, newest first',
  })
  lists(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ProcessorListsView> {
    return this.getLists.all(id, caller.party ?? null);
  }

  @Command({
    path: ':id/processor-lists',
    needs: ofParty,
    body: ShareProcessorListRequest,
    answer: ProcessorListView,
    summary: 'Share the processors of the party, as they are registered now, with the other party',
  })
  share(
    @Param('id') id: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProcessorListView>> {
    return this.shareList.execute(id, commandCall(caller, info));
  }

  @Command({
    path: ':id/processor-lists/:listId/acknowledgement',
    needs: ofParty,
    body: AcknowledgeProcessorListRequest,
    answer: ProcessorListView,
    summary: 'Say that the party has the list of the other one',
  })
  acknowledge(
    @Param('id') id: string,
    @Param('listId') listId: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProcessorListView>> {
    return this.acknowledgeList.execute(id, listId, commandCall(caller, info));
  }
}
