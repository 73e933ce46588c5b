import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DeskeraSlots, type KeptPairHints } from '#deskera';
import { Failure } from '#kernel';
import { ConnectionReads, GrantImportStore } from '#connections';
import { GrantImports, type GrantImport, type ImportedGrant } from '../../grant-imports.js';
import { TokensOptions } from '../../options.js';
import { connectedElsewhere } from './adoption-decision.js';
import { viewOf } from '../state/connection-desk.js';
import { Drain } from '../durability/drain.js';
import { DurableConnects } from '../durability/durable-connects.js';
import { deskeraUnavailable, marksOf, orgMismatch, requireOrgOf, requireTokenTexts } from './import-rules.js';
import { ImportedGrants } from './imported-grants.js';
import { RefreshTokenLock } from './refresh-token-lock.js';
import { SpoolReplay } from '../durability/spool-replay.js';
import { HeldGrants } from './held-grants.js';

/** A started import, ordered among all connects and disconnects by its number. */
interface Begun {
  readonly request: GrantImport;
  readonly hints: KeptPairHints;
  readonly connectNumber: number;
}

type Stored = 'spooled' | { readonly connectionId: string; readonly wasThere: boolean };

interface Looked {
  /** Null if no connection has the pair. */
  readonly stored: Stored | null;
  /** Throws unless no entry of the spool is, or could be, an answer to an earlier sending of the refresh token. */
  readonly isClear: boolean;
}

/** Imports belong to the process: they continue when the caller leaves, and a stop waits for them. */
@Injectable()
export class GrantImportFlow extends GrantImports implements OnModuleDestroy {
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    private readonly store: GrantImportStore,
    private readonly claims: RefreshTokenLock,
    private readonly spool: SpoolReplay,
    private readonly standing: HeldGrants,
    private readonly kept: ImportedGrants,
    private readonly connects: DurableConnects,
    private readonly reads: ConnectionReads,
    private readonly slots: DeskeraSlots,
    private readonly drain: Drain,
    private readonly options: TokensOptions,
  ) {
    super();
  }

  override async import(request: GrantImport): Promise<ImportedGrant> {
    const running = this.#import(request);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain.until(() => [...this.#running]);
  }

  async #import(request: GrantImport): Promise<ImportedGrant> {
    requireTokenTexts(request);
    const hints = this.kept.hintsOf(request);
    requireOrgOf(hints, request.requiredOrgId);
    const stored = await this.#withSlot(request, hints);
    if (stored === 'spooled') throw notStoredYet('the grant is in the spool');
    const record = await this.reads.find(stored.connectionId);
    if (record === null) throw new Error('the connection that was just stored is missing');
    return { connection: viewOf(record), wasThere: stored.wasThere };
  }

  async #withSlot(request: GrantImport, hints: KeptPairHints): Promise<Stored> {
    const slot = await this.slots.take('on_demand', this.options.timeoutSeconds * 1_000);
    if (slot === null) throw deskeraUnavailable('no free slot');
    try {
      const { stored } = await this.#look(request);
      return stored ?? (await this.#begin(request, hints));
    } finally {
      slot.release();
    }
  }

  async #begin(request: GrantImport, hints: KeptPairHints): Promise<Stored> {
    const begun = { request, hints, connectNumber: await this.store.drawConnectNumber() };
    return this.claims.runExclusive(
      request.refreshToken,
      async (isAlone, maySend) => {
        if (!isAlone) throw notStoredYet('nobody can be asked who else has the pair');
        const { stored, isClear } = await this.#look(request);
        return stored ?? this.#adopt(begun, () => isClear && maySend());
      },
      (stored) => stored !== 'spooled',
    );
  }

  /**
   * Finds the tenant's connection that has the pair already, for example from an earlier import whose grant waits in
   * the spool.
   */
  async #look({ refreshToken, tenantId, requiredOrgId }: GrantImport): Promise<Looked> {
    const isClear = await this.spool.isClearForPair(refreshToken, tenantId);
    const owner = await this.store.ownerOf(refreshToken, tenantId);
    switch (owner.kind) {
      case 'elsewhere':
        throw connectedElsewhere();
      case 'ours': {
        const { connectionId } = await this.standing.settle(owner.connectionId, requiredOrgId);
        return { stored: { connectionId, wasThere: true }, isClear };
      }
      case 'nobody':
        return { stored: null, isClear };
    }
  }

  async #adopt(begun: Begun, maySend: () => boolean): Promise<Stored> {
    const { request, hints, connectNumber } = begun;
    const { refreshToken, token, apiVersion, requiredOrgId } = request;
    const target = { apiVersion, apiUrl: this.options.apiUrl };
    const examined = await this.kept.examine({ target, refreshToken, hints }, token, maySend);
    if (requiredOrgId !== null && examined.grant.orgId !== requiredOrgId) throw orgMismatch();
    const { tenantId } = request;
    const activation = { activation: 'callback', activationSeconds: 0 } as const;
    const origin = { tenantId, ...target, connectNumber, ...marksOf(request), ...activation };
    const stored = await this.connects.store(origin, examined);
    return stored === 'spooled' ? stored : { connectionId: stored.connectionId, wasThere: false };
  }
}

function notStoredYet(internal: string): Failure {
  return new Failure('broker_unavailable', 'The grant could not be stored yet: the import may be repeated.', {
    internal,
    retryAfterSeconds: 5,
  });
}
