import type {
  ConnectSession,
  ConnectSessionStanding,
  Connection,
  ConnectionOrg,
  DeskeraToken,
  RejectionAnswer,
} from '../shapes.js';
import { AnswerFields, unexpectedAnswer } from './answer-fields.js';

/** Whose token was asked for. */
export interface AskedFor {
  readonly tenantId: string;
  readonly org: string | undefined;
}

/** Fit for a header, whole: a line break or a space in it would make another header of it. */
const headerSafe = /^[\x21-\x7e]+$/;

/** @throws TokenBrokerError `unexpected_answer`, also where it is another tenant's or org's than asked for */
export function readToken(body: unknown, asked: AskedFor): DeskeraToken {
  const fields = new AnswerFields(body);
  const token = {
    tenantId: fields.text('tenantId'),
    connectionId: fields.text('connectionId', headerSafe),
    org: readOrg(fields.inner('org')),
    deskeraToken: fields.text('deskeraToken', headerSafe),
    fingerprint: fields.text('fingerprint', /^[0-9a-f]{16}$/),
    expiresAt: fields.timeOrNull('expiresAt'),
    verifiedAt: fields.time('verifiedAt'),
    apiUrl: fields.httpAddress('apiUrl'),
    apiVersion: fields.text('apiVersion'),
    degraded: fields.textOrNull('degraded'),
    attention: fields.textOrNull('attention'),
  };
  if (token.tenantId !== asked.tenantId) throw unexpectedAnswer('it is for another tenant');
  if (asked.org !== undefined && token.org.id !== asked.org) throw unexpectedAnswer('it is for another org');
  return token;
}

/** @throws TokenBrokerError `unexpected_answer` */
export function readRejection(body: unknown, asked: AskedFor): RejectionAnswer {
  return { ...readToken(body, asked), outcome: new AnswerFields(body).text('outcome') };
}

/** @throws TokenBrokerError `unexpected_answer` */
export function readConnections(body: unknown): readonly Connection[] {
  return new AnswerFields(body).list('items').map((fields) => ({
    connectionId: fields.text('connectionId'),
    tenantId: fields.text('tenantId'),
    org: readOrg(fields.inner('org')),
    email: fields.textOrNull('email'),
    apiVersion: fields.text('apiVersion'),
    status: fields.text('status'),
    reason: fields.textOrNull('reason'),
    connectedAt: fields.time('connectedAt'),
    verifiedAt: fields.timeOrNull('verifiedAt'),
    expiresAt: fields.timeOrNull('expiresAt'),
    refreshedAt: fields.timeOrNull('refreshedAt'),
    nextCheckAt: fields.timeOrNull('nextCheckAt'),
    consecutiveFailures: fields.count('consecutiveFailures'),
  }));
}

/** @throws TokenBrokerError `unexpected_answer` */
export function readConnectSession(body: unknown): ConnectSession {
  const fields = new AnswerFields(body);
  return {
    sessionId: fields.text('sessionId'),
    connectUrl: fields.httpAddress('connectUrl'),
    expiresAt: fields.time('expiresAt'),
  };
}

/** @throws TokenBrokerError `unexpected_answer` */
export function readConnectSessionStanding(body: unknown): ConnectSessionStanding {
  const fields = new AnswerFields(body);
  const org = fields.innerOrNull('org');
  return {
    status: fields.text('status'),
    code: fields.textOrNull('code'),
    connectionId: fields.textOrNull('connectionId'),
    org: org === null ? null : readOrg(org),
  };
}

function readOrg(fields: AnswerFields): ConnectionOrg {
  return { id: fields.textOrNull('id'), name: fields.textOrNull('name') };
}
