import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { NoticeView } from '@convenant/contracts';
import { Notice } from '../db/notice.entity.js';

/** A notice as it was recorded. For callers that already know it is theirs. */
@Injectable()
export class GetNotice {
  constructor(private readonly dataSource: DataSource) {}

  async execute(id: string): Promise<NoticeView> {
    const { providedAt, ...notice } = await this.dataSource.getRepository(Notice).findOneByOrFail({ id });
    return {
      ...notice,
      language: notice.language as NoticeView['language'],
      providedAt: formatInstant(providedAt.getTime()),
    };
  }
}
