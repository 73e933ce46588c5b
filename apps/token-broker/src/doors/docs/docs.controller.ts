import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { KeptAnswers, sendKept } from './kept-answers.js';

/** Open to everybody who reaches the inner listener: what the API is, and nothing of any tenant. */
@Controller()
export class DocsController {
  constructor(private readonly answers: KeptAnswers) {}

  @Get('openapi.json')
  async document(
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendKept(reply, this.answers.document, known);
  }

  @Get('docs')
  async operations(
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendKept(reply, this.answers.operations, known);
  }

  @Get('docs/errors')
  async errors(
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendKept(reply, this.answers.errors, known);
  }
}
