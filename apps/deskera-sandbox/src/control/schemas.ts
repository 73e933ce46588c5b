import type { Settings } from '../state/settings.js';

/** Above this, a number of milliseconds would not fit a timer. */
const longestMilliseconds = 2_000_000_000;
const longestSeconds = 400 * 24 * 3600;

const orgId = { type: 'string', pattern: '^[1-9][0-9]{0,14}$' } as const;
const seconds = { type: 'integer', minimum: 1, maximum: longestSeconds } as const;
const milliseconds = { type: 'integer', minimum: 0, maximum: longestMilliseconds } as const;
const flag = { type: 'boolean' } as const;
const shortText = { type: 'string', minLength: 1, maxLength: 200 } as const;
const apiVersion = { enum: ['v1', 'v2'] } as const;

function objectOf(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

const settings = {
  tokenLifeSeconds: seconds,
  refreshTokenLifeSeconds: seconds,
  includeExp: flag,
  signatures: { enum: ['each', 'first'] },
  rotation: { enum: ['strict', 'grace', 'stable'] },
  graceSeconds: { ...seconds, minimum: 0 },
  refreshEndsOldTokens: flag,
  latencyMilliseconds: milliseconds,
  requireIdentity: flag,
  refusedRefreshStatus: { enum: [400, 401, 403] },
  callbackMethod: { enum: ['get', 'post-query', 'post-form', 'post-json'] },
  callbackTimeoutSeconds: { ...seconds, maximum: 3600 },
  callbackOnDenial: flag,
  codeLifeSeconds: seconds,
  reuseTokensWithinHour: flag,
  wrongOrgOnRefresh: { ...orgId, type: ['string', 'null'] },
} satisfies Record<keyof Settings, object>;

export const settingsSchema = objectOf(settings);

export const clientSchema = objectOf(
  { clientId: shortText, clientSecret: shortText, callbackUri: shortText },
  ['clientId', 'clientSecret', 'callbackUri'],
);

export const orgSchema = objectOf({ id: orgId, name: shortText, email: { type: 'string', maxLength: 200 } }, [
  'name',
]);

/** Signing takes about a millisecond for each token, and nothing else runs meanwhile. */
export const grantsSchema = objectOf({
  clientId: shortText,
  orgId,
  apiVersion,
  count: { type: 'integer', minimum: 1, maximum: 1000 },
});

export const faultSchema = objectOf(
  {
    operation: { enum: ['exchange', 'refresh', 'validate', 'resource', 'callback'] },
    kind: { enum: ['status', 'timeout', 'reset', 'html', 'malformed', 'lost-answer', 'delay', 'not-called'] },
    times: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    orgId,
    status: { type: 'integer', minimum: 200, maximum: 599 },
    body: {},
    headers: {
      type: 'object',
      maxProperties: 20,
      additionalProperties: { type: 'string', pattern: '^[\\t -~]*$' },
    },
    delayMilliseconds: milliseconds,
    acts: flag,
  },
  ['operation'],
);

export const countersSchema = objectOf({ orgId });

export const journalSchema = objectOf({ after: { type: 'string', pattern: '^[0-9]{1,15}$' } });

export const codeSchema = objectOf({ clientId: shortText, orgId, apiVersion }, ['orgId']);
