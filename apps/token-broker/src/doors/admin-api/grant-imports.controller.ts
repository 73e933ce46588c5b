import { Body, Controller, HttpStatus, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AdminTrail, type Caller } from '#access';
import { GrantImports } from '#tokens';
import { CallerOf, RequireScope } from '../http/index.js';
import { adminConnectionAnswer, type AdminConnectionAnswer } from '../shapes/connection.js';
import { GrantImportBody, grantImport } from '../shapes/grant-import.js';

/** Brings in grants that partners hold already. */
@Controller('admin/api/connections')
@RequireScope('admin')
export class GrantImportsController {
  constructor(
    private readonly imports: GrantImports,
    private readonly trail: AdminTrail,
  ) {}

  /** 201 for a grant that was adopted, 200 where the tenant's connection has this pair already. */
  @Post()
  async import(
    @CallerOf() admin: Caller,
    @Body() body: GrantImportBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminConnectionAnswer> {
    const grant = grantImport(body);
    await this.trail.record(admin, 'connection_import', grant.tenantId);
    const { connection, wasThere } = await this.imports.import(grant);
    reply.status(wasThere ? HttpStatus.OK : HttpStatus.CREATED);
    return adminConnectionAnswer(connection);
  }
}
