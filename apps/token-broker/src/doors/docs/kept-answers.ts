import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { hasCurrent } from '../http/entity-tags.js';
import { jsonType } from '../shapes/items-text.js';
import { brokerDocument } from './broker-document.js';
import { errorsPage } from './errors-page.js';
import { operationsPage } from './operations-page.js';
import { referencePolicy } from './reference-style.js';

interface Kept {
  readonly body: Buffer;
  readonly hash: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The document and its pages: each written when somebody asks for it first, and the same for everybody. */
export class KeptAnswers {
  #document: Kept | null = null;
  #operations: Kept | null = null;
  #errors: Kept | null = null;

  get document(): Kept {
    return (this.#document ??= kept(JSON.stringify(brokerDocument()), { 'content-type': jsonType }));
  }

  get operations(): Kept {
    return (this.#operations ??= kept(operationsPage(brokerDocument()), pageHeaders));
  }

  get errors(): Kept {
    return (this.#errors ??= kept(errorsPage(), pageHeaders));
  }
}

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': referencePolicy,
};

function kept(text: string, headers: Readonly<Record<string, string>>): Kept {
  const body = Buffer.from(text);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { body, hash, headers };
}

/** In full, or 304 where the caller has it already. */
export async function sendKept(
  reply: FastifyReply,
  { body, hash, headers }: Kept,
  ifNoneMatch: string | undefined,
): Promise<void> {
  void reply.headers({ 'cache-control': 'public, max-age=300', etag: `"${hash}"` });
  if (hasCurrent(ifNoneMatch, hash)) await reply.code(304).send();
  else await reply.code(200).headers(headers).send(body);
}
