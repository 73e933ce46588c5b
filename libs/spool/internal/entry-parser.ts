import { apiVersions, type TenantId } from '#kernel';
import type { ConnectionState } from '#connections';
import { UntrustedJson } from './untrusted-json.js';
import { EntryNewer, EntryUnreadable } from './entry-unreadable.js';
import {
  entryVersion,
  type SealedConnect,
  type SealedEntry,
  type SealedGrant,
  type SealedRefresh,
} from './sealed-entry.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const compactJwe = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}$/;
const eventKind = /^[a-z_]{1,64}$/;
const httpUrl = /^https?:\/\/\S{1,2000}$/;
/** PostgreSQL takes no NUL. */
// eslint-disable-next-line no-control-regex -- the one control character that is meant
const anyText = /^[^\u0000]{0,4000}$/;

/**
 * Reads a file's text as an entry. Members that are not known are left alone: no grant is lost for one.
 * @throws EntryUnreadable naming the unfit member; EntryNewer where a newer broker wrote it
 */
export function parseEntry(text: string): SealedEntry {
  const entry = new UntrustedJson(json(text), 'entry');
  if (entry.wholeNumber('version') > entryVersion) throw new EntryNewer('a newer broker wrote it');
  if (entry.wholeNumber('version') < entryVersion) throw new EntryUnreadable('entry.version is unfit');
  return entry.oneOf('kind', ['refresh', 'connect']) === 'refresh' ? refreshOf(entry) : connectOf(entry);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new EntryUnreadable('it is no JSON');
  }
}

function refreshOf(entry: UntrustedJson): SealedRefresh {
  const connectionId = entry.text('connectionId', uuid);
  const event = entry.object('event');
  return {
    kind: 'refresh',
    seen: {
      connectionId,
      tenantId: tenantOf(entry),
      connectNumber: entry.wholeNumber('connectNumber'),
      attempt: entry.wholeNumber('attempt'),
      // Former brokers wrote none.
      ...(entry.has('attemptProcessId') ? { attemptProcessId: entry.text('attemptProcessId', uuid) } : {}),
    },
    lease: { connectionId, leaseId: entry.text('leaseId', uuid) },
    grant: grantOf(entry.object('grant')),
    orgName: entry.textIfGiven('orgName', anyText),
    next: stateOf(entry.object('state')),
    event: { kind: event.text('kind', eventKind), detail: event.plainValues('detail') },
  };
}

function connectOf(entry: UntrustedJson): SealedConnect {
  return {
    kind: 'connect',
    tenantId: tenantOf(entry),
    apiVersion: entry.oneOf('apiVersion', apiVersions),
    apiUrl: entry.text('apiUrl', httpUrl),
    siteSeal: entry.textIfGiven('siteSeal', anyText),
    orgId: entry.textOrNull('orgId', anyText),
    orgName: entry.textOrNull('orgName', anyText),
    email: entry.textOrNull('email', anyText),
    connectNumber: entry.wholeNumber('connectNumber'),
    stateSha256: entry.sha256('stateSha256'),
    sessionSha256: entry.sha256('sessionSha256'),
    spentSha256: entry.sha256OrNull('spentSha256'),
    activation: entry.oneOf('activation', ['callback', 'browser', 'confirm']),
    activationSeconds: entry.seconds('activationSeconds'),
    word: entry.oneOf('word', ['valid', 'unknown', 'invalid', 'invalid_unanswered']),
    grant: grantOf(entry.object('grant')),
  };
}

function grantOf(grant: UntrustedJson): SealedGrant {
  return {
    sealedToken: grant.text('sealedToken', compactJwe),
    sealedRefreshToken: grant.text('sealedRefreshToken', compactJwe),
    fingerprint: grant.text('fingerprint', /^[0-9a-f]{16}$/),
    refreshTokenSha256: grant.sha256('refreshTokenSha256'),
    tokenLifeSeconds: grant.secondsOrNull('tokenLifeSeconds'),
    refreshTokenLifeSeconds: grant.secondsOrNull('refreshTokenLifeSeconds'),
    arrivedAt: grant.time('arrivedAt'),
    sentAt: grant.time('sentAt'),
  };
}

/** Only what a save of a grant can leave behind: its attempt is closed, and its connection is not over. */
function stateOf(state: UntrustedJson): ConnectionState {
  return {
    status: state.oneOf('status', ['awaiting_activation', 'connected']),
    reason: state.oneOfOrNull('reason', []),
    attention: state.oneOfOrNull('attention', ['cannot_be_refreshed']),
    expiresAt: state.timeOrNull('expiresAt'),
    verifiedAt: state.timeOrNull('verifiedAt'),
    badSince: state.timeOrNull('badSince'),
    attemptOpen: state.yesOrNo('attemptOpen'),
    outcomeUnknown: state.yesOrNo('outcomeUnknown'),
    unansweredCount: state.wholeNumber('unansweredCount'),
    consecutiveFailures: state.wholeNumber('consecutiveFailures'),
    failureKind: state.oneOfOrNull('failureKind', ['deskera_unavailable', 'client_refused']),
    lastError: state.textOrNull('lastError', anyText),
    notBefore: state.timeOrNull('notBefore'),
    nextDueAt: state.timeOrNull('nextDueAt'),
    refusedCount: 0,
    refusedSince: null,
    minTtlBackoffCount: state.wholeNumber('minTtlBackoffCount'),
    minTtlBackoffUntil: state.timeOrNull('minTtlBackoffUntil'),
  };
}

function tenantOf(entry: UntrustedJson): TenantId {
  // Not by today's rule alone: a grant of a tenant that was accepted earlier is not lost.
  return entry.text('tenantId', /^[A-Za-z0-9._:@-]{1,128}$/) as TenantId;
}
