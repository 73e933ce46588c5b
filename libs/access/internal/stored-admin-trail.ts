import { Injectable } from '@nestjs/common';
import { ServiceKeyStore } from './service-key-store.js';
import { AdminTrail } from '../admin-trail.js';
import type { Caller } from '../caller.js';

@Injectable()
export class StoredAdminTrail extends AdminTrail {
  constructor(private readonly store: ServiceKeyStore) {
    super();
  }

  override async record(admin: Caller, action: string, subject: string | null): Promise<void> {
    await this.store.recordAdminAction(admin.actor, action, subject);
  }
}
