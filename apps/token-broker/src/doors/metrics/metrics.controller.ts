import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MetricsPage } from '#observability';
import { HealthReport } from '../health/index.js';
import { ConnectionCounts } from './connection-counts.js';
import { readingsOf } from './readings.js';

/** Open to everybody who reaches the inner listener, as health is: counts and times, and nothing of any tenant. */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly report: HealthReport,
    private readonly counts: ConnectionCounts,
    private readonly page: MetricsPage,
  ) {}

  /** Answers while the database is away, too, without what only the database knows. */
  @Get()
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const connections = await this.counts.latest();
    void reply.type(this.page.contentType);
    return this.page.write(readingsOf(this.report.parts(), connections));
  }
}
