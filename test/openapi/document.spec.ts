import { beforeAll, describe, expect, it } from '@jest/globals';
import { scopes } from '#access';
import { failureKinds } from '#kernel';
import { webhookEventTypes } from '#notifications';
import { failuresOutside } from '../../apps/token-broker/src/doors/openapi/document.js';
import {
  describedMessages,
  describedOperations,
  type DescribedContent,
  type DescribedOperation,
} from './described-api.js';
import { misfit } from './schema-judge.js';

let operations: readonly DescribedOperation[];

beforeAll(async () => {
  operations = await describedOperations();
});

type WithContents = Pick<DescribedOperation, 'operationId' | 'requestBody'> &
  Partial<Pick<DescribedOperation, 'responses'>>;

function contentsOf({ requestBody, responses = {} }: WithContents): DescribedContent[] {
  const all = [requestBody?.content ?? {}, ...Object.values(responses).map(({ content }) => content ?? {})];
  return all.flatMap((content) => Object.values(content));
}

describe('the OpenAPI document', () => {
  it('has examples for every body, which fit their schemas', async () => {
    const described: readonly WithContents[] = [...operations, ...(await describedMessages()).values()];
    const wrong = described.flatMap((operation) =>
      contentsOf(operation).flatMap(({ schema, example, examples = {} }) => {
        const given = example === undefined ? Object.values(examples).map(({ value }) => value) : [example];
        if (given.length === 0) return [`${operation.operationId} has a body without an example`];
        return given.map((each) => misfit(schema, each)).filter((each) => each !== null);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('names every error code where it can come', () => {
    const named = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content }) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}),
      ),
    );
    const inPages = ['link_expired'];
    expect(new Set([...named, ...inPages, ...failuresOutside])).toEqual(new Set(Object.keys(failureKinds)));
  });

  it('describes what every webhook tells', async () => {
    expect([...(await describedMessages()).keys()]).toEqual(webhookEventTypes);
  });

  it('says of every operation who may call it', () => {
    const needed = operations.flatMap(({ security }) => security.map((each) => each['serviceKey']?.[0]));
    expect(new Set(needed)).toEqual(new Set(scopes));
    for (const { operationId, security, path } of operations)
      expect([operationId, security.length]).toEqual([operationId, /^\/(v1|admin)\//.test(path) ? 1 : 0]);
  });
});
