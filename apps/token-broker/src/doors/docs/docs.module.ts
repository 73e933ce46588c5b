import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';
import { KeptAnswers } from './kept-answers.js';

/** What the broker says of itself: `/openapi.json`, `/docs`, `/docs/errors`. */
@Module({ controllers: [DocsController], providers: [KeptAnswers] })
export class DocsModule {}
