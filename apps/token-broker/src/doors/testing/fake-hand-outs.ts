import {
  HandOutHistory,
  HandOuts,
  type Caller,
  type HandOutPage,
  type HandOutPageRequest,
  type HandOutView,
} from '#access';
import { connectionId } from './fake-tokens.js';

/** Remembers what was counted. */
export class FakeHandOuts extends HandOuts {
  readonly counted: string[] = [];

  override count(caller: Caller, ofConnection: string, fingerprint: string): void {
    this.counted.push(`${caller.actor} ${ofConnection} ${fingerprint}`);
  }
}

const handOut: HandOutView = {
  keyId: '0123456789abcdef',
  actor: 'key:0123456789abcdef',
  connectionId,
  tenantId: 'acme',
  hour: new Date('2026-11-23T11:00:00Z'),
  count: 3,
  lastFingerprint: 'aabbccddeeff0011',
  lastAt: new Date('2026-11-23T11:30:00Z'),
};

/** One hand-out; remembers what it was asked. */
export class FakeHandOutHistory extends HandOutHistory {
  readonly calls: string[] = [];

  override ofConnection(id: string, request: HandOutPageRequest): Promise<HandOutPage> {
    this.calls.push(`ofConnection ${id} ${JSON.stringify(request)}`);
    return Promise.resolve({ items: [handOut], nextCursor: 'next' });
  }

  override ofKey(keyId: string | null, request: HandOutPageRequest): Promise<HandOutPage> {
    this.calls.push(`ofKey ${String(keyId)} ${JSON.stringify(request)}`);
    const actor = keyId === null ? 'admin_key' : `key:${keyId}`;
    return Promise.resolve({ items: [{ ...handOut, keyId, actor }], nextCursor: null });
  }
}
