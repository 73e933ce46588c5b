import { GrantImports, type ConnectionView, type GrantImport, type ImportedGrant } from '#tokens';
import { connectionView } from './fake-tokens.js';

/** Adopts every grant alike, and remembers it. */
export class FakeGrantImports extends GrantImports {
  readonly requests: GrantImport[] = [];
  wasThere = false;
  failure: Error | null = null;

  override import(grant: GrantImport): Promise<ImportedGrant> {
    this.requests.push(grant);
    if (this.failure !== null) return Promise.reject(this.failure);
    const connection: ConnectionView = { ...connectionView, tenantId: grant.tenantId };
    return Promise.resolve({ connection, wasThere: this.wasThere });
  }
}
