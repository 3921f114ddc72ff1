import { Body, Controller, Param } from '@nestjs/common';
import {
  DeadLetterList,
  DeadLettersQuery,
  DiscardRequest,
  OperationRequest,
  OperationsStatusView,
  OperationView,
  PauseRequest,
  ReplayRequest,
} from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import {
  Operations,
  OperationsStatus,
  OperatorCommands,
  type OperationRequest as Request,
  type RedriveReport,
} from '@convenant/messaging';
import type { CallerIdentity } from '../auth/roles.js';
import type { CommandInformation } from '../http/request-context.js';
import { Caller, Command, CommandInfo, Query, QueryParams, type CommandAnswer } from '../http/route.decorators.js';

const needs = { roles: ['installation-admin'] } as const;
/** A closed service is opened from here. */
const common = { needs, evenClosed: true } as const;

/** What an operation did beside leaving its row. */
type Beside = Pick<OperationView, 'blockedBy' | 'notCarried'> & { counts?: Record<string, number> };

/**
 * What an operator sees of a running service and can do to it; the same in every service. Shows positions, causes and hashes,
 * never what a message says, so that whoever runs the installation sees no party's content.
 */
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly operations: Operations,
    private readonly statuses: OperationsStatus,
    private readonly commands: OperatorCommands,
  ) {}

  @Query({
    ...common,
    path: 'status',
    answer: OperationsStatusView,
    summary: 'Whether it is open, relay, inbox, what was done',
  })
  status(): Promise<OperationsStatusView> {
    return this.statuses.status();
  }

  @Query({
    ...common,
    path: 'dead-letters',
    query: DeadLettersQuery,
    answer: DeadLetterList,
    summary: 'Messages that block something, the oldest first: where and why, never what they say',
  })
  deadLetters(@QueryParams() query: unknown): Promise<DeadLetterList> {
    return this.statuses.deadLetters((query as DeadLettersQuery).limit ?? 100);
  }

  @Command({ ...common, path: 'pauses', body: PauseRequest, answer: OperationView, summary: 'Pauses relay or inbox' })
  pause(
    @Body() { what, reason }: PauseRequest,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ) {
    return this.run(caller, info, reason, (request) => this.operations.pause(what, request));
  }

  @Command({ ...common, path: 'resumes', body: PauseRequest, answer: OperationView, summary: 'Lets it go on' })
  resume(
    @Body() { what, reason }: PauseRequest,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ) {
    return this.run(caller, info, reason, (request) => this.operations.resume(what, request));
  }

  @Command({
    ...common,
    path: 'dead-letters/:id/redrive',
    body: OperationRequest,
    answer: OperationView,
    summary: 'Handles a dead letter after all, then what waits behind it, in order',
  })
  redrive(
    @Param('id') id: string,
    @Body() { reason }: OperationRequest,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ) {
    return this.runOn(caller, info, reason, (request) => this.operations.redrive(id, request));
  }

  @Command({
    ...common,
    path: 'dead-letters/:id/discard',
    body: DiscardRequest,
    answer: OperationView,
    summary: 'Gives up a dead letter that can never be read, saying what is lost',
  })
  discard(
    @Param('id') id: string,
    @Body() { reason, messageHash, lost }: DiscardRequest,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ) {
    return this.runOn(caller, info, reason, (request) => this.operations.discard(id, { messageHash, lost }, request));
  }

  @Command({
    ...common,
    path: 'replays',
    body: ReplayRequest,
    answer: OperationView,
    summary: "Builds the replicas of a service's facts anew; closed until it is done",
  })
  replay(
    @Body() { service, reason }: ReplayRequest,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ) {
    return this.run(caller, info, reason, (request) => this.operations.replay(service, request));
  }

  @Command({
    ...common,
    path: 'rebases',
    body: OperationRequest,
    answer: OperationView,
    summary: 'Brings a restored database up to its topic and opens the service',
  })
  rebase(
    @Body() { reason }: OperationRequest,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ) {
    return this.run(caller, info, reason, async (request) => {
      const { notCarried } = await this.operations.rebase(request);
      return { notCarried };
    });
  }

  /** Of one transaction: once it is recorded there is nothing left to do. */
  private run(
    caller: CallerIdentity,
    info: CommandInformation,
    reason: string,
    perform: (request: Request) => Promise<Beside | void>,
  ): Promise<CommandAnswer<OperationView>> {
    return this.answered(caller, info, reason, (request, recorded) => (recorded ? undefined : perform(request)));
  }

  /** Of many transactions: an interrupted one goes on, unless it had come to its end. */
  private runOn(
    caller: CallerIdentity,
    info: CommandInformation,
    reason: string,
    perform: (request: Request) => Promise<RedriveReport>,
  ): Promise<CommandAnswer<OperationView>> {
    return this.answered(caller, info, reason, async (request, recorded) => {
      const report = await perform(request).catch((error: unknown) => {
        if (recorded && error instanceof DomainError && error.code === 'CONFLICT') return undefined;
        throw error;
      });
      return report && { counts: { parked: report.parked }, ...(report.blockedBy && { blockedBy: report.blockedBy }) };
    });
  }

  private answered(
    caller: CallerIdentity,
    { key, fingerprint }: CommandInformation,
    reason: string,
    perform: (request: Request, recorded: boolean) => Promise<Beside | void> | undefined,
  ): Promise<CommandAnswer<OperationView>> {
    const request = { reason, actorRef: caller.userRef, ...(caller.party && { actorParty: caller.party }) };
    return this.commands.run<OperationView>({
      client: caller.client,
      key,
      fingerprint,
      request,
      perform: async (withId, recorded) => {
        const beside = (await perform(withId, recorded)) ?? {};
        const done = await this.statuses.operation(withId.operationId!);
        if (!done)
          throw new DomainError('CONFLICT', 'The dead letter was begun by another operation, which has ended it');
        return { ...done, ...beside, counts: { ...done.counts, ...beside.counts } };
      },
    });
  }
}
