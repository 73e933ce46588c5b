import type { PartHealth } from '#kernel';
import { HealthReport } from '../health/index.js';

/** One part, whose state a test decides. */
export class FakeHealthReport extends HealthReport {
  accepted = true;
  partStatus: PartHealth['status'] = 'ok';

  override schemaAccepted(): boolean {
    return this.accepted;
  }

  override parts(): readonly PartHealth[] {
    return [{ part: 'deskera', status: this.partStatus, facts: { openHosts: 0 } }];
  }
}
