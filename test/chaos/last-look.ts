import { DatabaseLook, type StoredConnection, type StoredEvent } from './database-look.js';
import { repeatsAmong, type Repeat } from './repeats.js';
import type { Orphan, Scene } from './scene.js';
import type { Slot } from './slot.js';

const clockMilliseconds = 300;
/** Of a replica's log, beside what was found of a connection. */
const mostLines = 3;

/** The brokers have ended: what is stored now is held against what Deskera did, and against what people were told. */
export async function lookBack(scene: Scene): Promise<void> {
  const look = new DatabaseLook(scene.databases.url);
  const stored = new Map((await look.connections()).map((row) => [row.tenantId, row]));
  const here = (at: number): number => scene.clock?.here(at) ?? at;
  const stories = (await look.events()).map((event) => ({ ...event, at: here(event.at) }));
  const events = Map.groupBy(stories, ({ orgId }) => orgId);
  for (const slot of scene.slots) {
    const row = stored.get(slot.tenantId);
    judgeStanding(scene, slot, row);
    if (row === undefined) continue;
    judgeGrant(scene, row);
    if (row.leased) scene.findings.found('stuck', `${row.tenantId} is leased after every broker has ended`);
    judgeVerdicts(scene, slot, events.get(slot.orgId) ?? []);
  }
  judgeRepeats(scene, new Map([...stored.values()].map((row) => [row.orgId, row])), events);
  for (const { kind, reason } of [...events.values()].flat()) {
    scene.findings.observed(`events: ${kind}${reason === null ? '' : ` ${reason}`}`);
  }
}

function judgeStanding({ findings }: Scene, slot: Slot, row: StoredConnection | undefined): void {
  const isConnected = row?.status === 'connected' || row?.status === 'reconnect_required';
  if (slot.standing === 'either' || isConnected === (slot.standing === 'connected')) return;
  findings.found(
    'wrongStatus',
    `${slot.tenantId} is ${row?.status ?? 'not there'}, but was told to be ${slot.standing}`,
  );
}

function judgeGrant({ findings, story, losses }: Scene, row: StoredConnection): void {
  findings.observed(`at the end: ${row.status}`);
  if (row.attemptOpen) findings.observed('at the end: attempts open');
  if (row.refreshToken === null) return;
  const pair = story.refreshToken(row.refreshToken);
  if (pair === null) {
    findings.found('blind', `${row.tenantId} holds a refresh token that was never seen to be issued`);
    return;
  }
  const alive = story.grantDeadAt(pair.grantId) === null && story.isNewest(pair);
  const newestAt = story.newestAt(pair.grantId);
  if (!alive && newestAt !== null && losses.mayHaveTaken(newestAt)) {
    findings.observed('at the end: grants lost with a primary and not found out yet');
    return;
  }
  if (row.status === 'connected' && !alive) {
    findings.found(
      'lostUntold',
      `${row.tenantId} is connected, but its grant ${pair.grantId} ` +
        (story.isNewest(pair) ? 'is dead' : 'has a newer pair that is stored nowhere') +
        (row.attemptOpen ? ' (attempt open)' : ''),
    );
  }
  if (row.status === 'reconnect_required' && alive) {
    findings.found(
      'toldWrongly',
      `${row.tenantId} is ${String(row.reason)}, but its grant ${pair.grantId} is alive`,
    );
  }
}

/** Who was told that a grant is lost while it was not. */
function judgeVerdicts({ findings, story }: Scene, slot: Slot, events: readonly StoredEvent[]): void {
  for (const { kind, at, reason } of events) {
    if (kind !== 'reconnect_required') continue;
    const connect = slot.connectBefore(at);
    if (
      connect === null ||
      connect.uncertain ||
      slot.disconnects.some(({ to }) => to >= connect.from && to <= at)
    )
      continue;
    const grantId = story.grantOf(slot.orgId, connect.from, connect.to);
    const deadAt = grantId === null ? null : story.grantDeadAt(grantId);
    if (grantId === null || (deadAt !== null && deadAt <= at + clockMilliseconds)) continue;
    findings.found(
      'toldWrongly',
      `${slot.tenantId} was told ${String(reason)} at ${new Date(at).toISOString()}, but ${grantId} was alive`,
    );
  }
}

function judgeRepeats(
  scene: Scene,
  stored: ReadonlyMap<string, StoredConnection>,
  events: ReadonlyMap<string, readonly StoredEvent[]>,
): void {
  const { findings, story, replicas } = scene;
  const diedAt = (caller: string): number | null =>
    replicas.map((replica) => replica.diedAt(caller)).find((at) => at !== null) ?? null;
  findings.observed('refresh tokens sent', story.sendings.length);
  for (const { caller, orgId } of story.sendings) {
    if (caller === '')
      findings.found('blind', `a refresh for org ${orgId} came from a caller without a name`);
  }
  const isSpooled = (sending: Orphan): boolean =>
    scene.orphans.some(({ caller, orgId }) => sending.caller === caller && sending.orgId === orgId);
  for (const repeat of repeatsAmong(story.sendings, diedAt, isSpooled)) {
    if (repeat.kind === 'in_hand' && isLost(scene, repeat, stored)) {
      findings.observed('refresh tokens sent again: answer lost with a primary');
      continue;
    }
    findings.observed(`refresh tokens sent again: ${repeat.kind}`);
    if (repeat.kind !== 'in_flight' && repeat.kind !== 'in_hand') continue;
    const finding = repeat.kind === 'in_flight' ? 'sentWhileInFlight' : 'sentWhileInHand';
    const { orgId, at } = repeat.first;
    const { connectionId = '' } = stored.get(orgId) ?? {};
    const lines = replicas.flatMap(({ log }) => log.linesOf(connectionId).slice(-mostLines));
    const told = (events.get(orgId) ?? []).filter((event) => event.at > at - 1_000).map(eventWords);
    findings.found(finding, [wordsOf(repeat), ...told, ...lines].join('\n    '));
  }
  for (const { orgId, grantId, at } of story.families) {
    const after = (events.get(orgId) ?? []).filter((event) => event.at >= at - clockMilliseconds);
    const end = after.find(({ kind }) =>
      ['reconnect_required', 'connected', 'recovered', 'disconnected'].includes(kind),
    );
    const isOld = story.grantOf(orgId, story.grantedAt(grantId) + 1, at) !== null;
    if (isOld) continue;
    if (end === undefined) {
      findings.found('lostUntold', `org ${orgId}: family ${grantId} was revoked and nothing was told of it`);
    } else if (end.reason === 'grant_revoked' && story.grantRevokedByOwnerAt(grantId) === null) {
      findings.found(
        'toldWrongly',
        `org ${orgId}: an answer was lost, but ${grantId} is told to be grant_revoked`,
      );
    } else findings.observed(`families revoked by a repeat, then ${end.reason ?? end.kind}`);
  }
}

/** The answer was saved where the failover did not reach: nobody has it in hand. */
function isLost(
  { losses, replicas }: Scene,
  { first: { end, orgId } }: Repeat,
  stored: ReadonlyMap<string, StoredConnection>,
): boolean {
  if (end === null) return false;
  if (losses.mayHaveTaken(end.at)) return true;
  const connectionId = stored.get(orgId)?.connectionId ?? '';
  const wasSpooled = replicas.some(({ log }) => log.hasSpooled(connectionId));
  return wasSpooled && losses.mayHaveTakenFromSpool(end.at);
}

function eventWords({ at, kind, reason }: StoredEvent): string {
  return `${new Date(at).toISOString()} ${kind} ${reason ?? ''}`.trimEnd();
}

function wordsOf({ first, again }: Repeat): string {
  const { end } = first;
  const ended =
    end === null
      ? 'not ended'
      : `${end.outcome}, answered ${String(end.answered)}, after ${String(end.at - first.at)} ms`;
  return (
    `org ${first.orgId}, token ${String(first.number)}: ${first.caller} at ${new Date(first.at).toISOString()} (${ended}), ` +
    `again by ${again.caller} ${String(again.at - first.at)} ms later (${again.end?.outcome ?? 'not ended'})`
  );
}
