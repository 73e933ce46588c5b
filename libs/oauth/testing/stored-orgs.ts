import { Failure } from '#kernel';
import type { ConnectionReads } from '#connections';
import { Connections, type ConnectionSummary, type ConnectionView, type Page } from '#tokens';

/** Finds what is stored of a connection; lists and changes nothing, which connecting never asks for. */
export class StoredOrgs extends Connections {
  constructor(private readonly reads: ConnectionReads) {
    super();
  }

  override async find(connectionId: string): Promise<ConnectionView> {
    const record = await this.reads.find(connectionId);
    if (record === null) throw new Failure('connection_not_found', 'There is none.');
    return {
      ...record,
      org: { id: record.orgId, name: record.orgName },
      refreshedAt: null,
      nextCheckAt: null,
    };
  }

  override list = notAsked<Page<ConnectionView>>;
  override ofTenant = notAsked<readonly ConnectionView[]>;
  override events = notAsked<Page<never>>;
  override summary = notAsked<ConnectionSummary>;
  override setDefaultOrg = notAsked<undefined>;
  override disconnect = notAsked<undefined>;
  override checkNow = notAsked<ConnectionView>;
  override refreshNow = notAsked<ConnectionView>;
}

function notAsked<Result>(): Promise<Result> {
  return Promise.reject(new Error('connecting asks for no more than one connection'));
}
