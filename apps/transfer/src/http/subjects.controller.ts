import { Body, Controller, Inject } from '@nestjs/common';
import { GetSubjectRequest, RegisterSubjectRequest, SubjectsView, SubjectView } from '@convenant/contracts';
import {
  Caller,
  type CallerIdentity,
  Command,
  CommandInfo,
  type CommandInformation,
  Lookup,
} from '@convenant/platform';
import { GetSubjects } from '../use-cases/get-subjects.use-case.js';
import { RegisterSubject } from '../use-cases/register-subject.use-case.js';

@Controller('subjects')
export class SubjectsController {
  constructor(
    @Inject(RegisterSubject) private readonly registerSubject: RegisterSubject,
    @Inject(GetSubjects) private readonly getSubjects: GetSubjects,
  ) {}

  @Command({
    path: '',
    needs: { roles: ['agency', 'agency-user'] },
    body: RegisterSubjectRequest,
    answer: SubjectView,
    summary: 'Gives a person a reference under a protocol, the same again for the same case or identifier',
  })
  register(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Body() body: RegisterSubjectRequest,
  ) {
    return this.registerSubject.execute(caller, info, body);
  }

  @Lookup({
    path: 'get',
    needs: { roles: ['agency', 'agency-user'] },
    body: GetSubjectRequest,
    answer: SubjectsView,
    summary: "A party's own references of a person",
  })
  get(@Caller() caller: CallerIdentity, @Body() body: GetSubjectRequest) {
    return this.getSubjects.execute(caller, body);
  }
}
