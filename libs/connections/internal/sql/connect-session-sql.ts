import { Injectable } from '@nestjs/common';
import {
  ConnectSessionStore,
  type ConnectSessionRecord,
  type ConnectStateRecord,
  type NewConnectSession,
  type StateFailure,
} from '../../connect-session-store.js';
import { toSession, toState, type SessionRow, type StateRow } from './connect-columns.js';
import * as statements from './connect-statements.js';
import { Database } from '#database/sql';

/** Connect sessions in PostgreSQL: one statement for each need, so that each is atomic by itself. */
@Injectable()
export class ConnectSessionSql extends ConnectSessionStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async create(session: NewConnectSession): Promise<Date> {
    const [row] = await this.database.rows<{ expires_at: Date }>(statements.createSession, [
      session.sessionSha256,
      session.linkSha256,
      session.tenantId,
      session.apiVersion,
      session.apiUrl,
      session.redirectUri,
      session.orgId,
      session.label,
      session.activation,
      session.lifeSeconds,
      session.startedBy,
    ]);
    if (row === undefined) throw new Error('An INSERT … RETURNING without a row');
    return row.expires_at;
  }

  override async findBySession(sessionSha256: Buffer): Promise<ConnectSessionRecord | null> {
    const [row] = await this.database.rows<SessionRow>(statements.findBySession, [sessionSha256]);
    return row === undefined ? null : toSession(row);
  }

  override async findByLink(linkSha256: Buffer): Promise<ConnectSessionRecord | null> {
    const [row] = await this.database.rows<SessionRow>(statements.findByLink, [linkSha256]);
    return row === undefined ? null : toSession(row);
  }

  override async addState(
    sessionSha256: Buffer,
    stateSha256: Buffer,
    browserSha256: Buffer,
  ): Promise<boolean> {
    const values = [sessionSha256, stateSha256, browserSha256];
    return (await this.database.rows(statements.addState, values)).length === 1;
  }

  override async findState(stateSha256: Buffer): Promise<ConnectStateRecord | null> {
    const [row] = await this.database.rows<StateRow>(statements.findState, [stateSha256]);
    return row === undefined ? null : toState(row);
  }

  override async unusedStates(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.rows<{ subject: string }>(statements.unusedStates, [subjects]);
    return new Set(rows.map(({ subject }) => subject));
  }

  override async completedInBrowser(
    sessionSha256: Buffer,
    browserSha256s: readonly Buffer[],
  ): Promise<boolean> {
    const values = [sessionSha256, browserSha256s];
    const [row] = await this.database.rows<{ completed: boolean }>(statements.completedInBrowser, values);
    return row?.completed === true;
  }

  override async consumeState(stateSha256: Buffer, codeSha256: Buffer): Promise<number | null> {
    const values = [stateSha256, codeSha256];
    const [row] = await this.database.rows<{ connect_number: string }>(statements.consumeState, values);
    return row === undefined ? null : Number(row.connect_number);
  }

  override async releaseState(stateSha256: Buffer, connectNumber: number): Promise<void> {
    await this.database.rows(statements.releaseState, [stateSha256, connectNumber]);
  }

  override async recordFailure(failure: StateFailure): Promise<boolean> {
    const values = [failure.stateSha256, failure.connectNumber, failure.failureCode, failure.endsSession];
    return (await this.database.rows(statements.recordFailure, values)).length === 1;
  }

  override async recordPutOff(sessionSha256: Buffer, failureCode: string): Promise<void> {
    await this.database.rows(statements.recordPutOff, [sessionSha256, failureCode]);
  }

  override async recordActivated(sessionSha256: Buffer, connectNumber: number): Promise<boolean> {
    const values = [sessionSha256, connectNumber];
    return (await this.database.rows(statements.recordActivated, values)).length === 1;
  }

  override async deleteExpired(olderThanSeconds: number, limit: number): Promise<number> {
    const values = [olderThanSeconds, limit];
    const [row] = await this.database.rows<{ deleted: number }>(statements.deleteExpired, values);
    return row?.deleted ?? 0;
  }
}
