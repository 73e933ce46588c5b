import { Controller, Get } from '@nestjs/common';
import type { PartHealth } from '#kernel';
import { Connections, type ConnectionSummary } from '#tokens';
import { HealthReport } from '../health/index.js';
import { RequireScope } from '../http/index.js';

export interface SummaryAnswer extends ConnectionSummary {
  /** As seen from this replica; null where it has not asked yet. */
  readonly deskera: Omit<PartHealth, 'part'> | null;
}

@Controller('admin/api/summary')
@RequireScope('admin')
export class SummaryController {
  constructor(
    private readonly connections: Connections,
    private readonly health: HealthReport,
  ) {}

  @Get()
  async summary(): Promise<SummaryAnswer> {
    const { byStatus, due, overdue } = await this.connections.summary();
    const deskera = this.health.part('deskera');
    return { byStatus, due, overdue, deskera: deskera && { status: deskera.status, facts: deskera.facts } };
  }
}
