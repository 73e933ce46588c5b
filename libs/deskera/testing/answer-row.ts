import { httpAnswer } from './raw-server.js';
import { fakeToken } from './fake-token.js';
import type { OurFault, PassingFailure } from '../outcome.js';

/** Everything that is asked of Deskera. V1 and V2 validate in the same way. */
export const callNames = ['exchange v1', 'refresh v1', 'exchange v2', 'refresh v2', 'validate'] as const;
export type CallName = (typeof callNames)[number];
type GrantCallName = Exclude<CallName, 'validate'>;

/** An outcome in short: kind, reason, and a question mark where it is not definite. */
export type Told =
  | 'granted'
  | 'refused'
  | 'declined'
  | 'valid'
  | 'invalid'
  | `our_fault ${OurFault['reason']}`
  | `passing ${PassingFailure['reason']}`
  | `passing ${PassingFailure['reason']}?`;

/** What is at the address that is asked. */
export type FarSide =
  | {
      readonly is: 'a server';
      readonly writes: (call: CallName) => readonly (string | Buffer)[];
      /** After its bytes: `drip` means that they came one by one, `babble` that they never end. */
      readonly then: 'stay' | 'end' | 'reset' | 'drip' | 'babble' | 'time passes';
    }
  | {
      readonly is:
        | 'nobody'
        | 'no such name'
        | 'a certificate of its own'
        | 'a certificate for another name'
        | 'no TLS'
        | 'a hang-up'
        | 'a silence';
    };

export interface AnswerRow {
  /** What comes, as the page tells it. */
  readonly comes: string;
  readonly farSide: FarSide;
  /** What exchanges and refreshes make of it. */
  readonly grant: Told;
  /** Where one of them makes something else of it. */
  readonly but?: Partial<Record<GrantCallName, Told>>;
  readonly validate: Told;
  /** What a passing outcome passes on of `Retry-After`; missing: nothing. */
  readonly retryAfterSeconds?: number;
}

export function toldOf(row: AnswerRow, call: CallName): Told {
  return call === 'validate' ? row.validate : (row.but?.[call] ?? row.grant);
}

/** What the calls send: nothing of it may be told on. */
export const sent = {
  code: 'Ag78aIu-code',
  refreshToken: fakeToken({ tenantId: 11242 }).reveal(),
  token: fakeToken({ tenantId: 11242 }).reveal(),
  clientSecret: 'the-client-secret',
} as const;

const fresh = { token: fakeToken({ tenantId: 11242 }).reveal(), refreshToken: fakeToken().reveal() };

/** A body with a pair as the call expects it; `changes` by what they are, whatever the call names them. */
export function pairBody(
  call: CallName,
  changes: { readonly token?: unknown; readonly refreshToken?: unknown; readonly more?: object } = {},
): string {
  const { token, refreshToken, more } = { ...fresh, ...changes };
  const unused = { access_token: 'd3b07384-d9a0-4c5e-9f3a-1', refresh_token: 'd3b07384-d9a0-4c5e-9f3a-2' };
  switch (call) {
    case 'exchange v1':
      return JSON.stringify({
        ...unused,
        'deskera-token': token,
        'deskera-refresh-token': refreshToken,
        ...more,
      });
    case 'refresh v1':
      return JSON.stringify({ accessToken: token, refreshToken, ...more });
    case 'exchange v2':
    case 'refresh v2':
    case 'validate':
      return JSON.stringify({ access_token: token, refresh_token: refreshToken, ...more });
  }
}

/** A server that answers every call with these bytes. */
export function bytes(
  then: Extract<FarSide, { is: 'a server' }>['then'],
  ...written: (string | Buffer)[]
): FarSide {
  return { is: 'a server', writes: () => written, then };
}

/** A server that answers with a whole answer, whose body may be an object to be sent as JSON. */
export function answer(status: number, body: string | object = '', ...headers: string[]): FarSide {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return bytes('stay', httpAnswer(status, text, headers));
}

/** A server that answers with a pair, or what was made of it. */
export function pair(changes: Parameters<typeof pairBody>[1] = {}, status = 200): FarSide {
  return {
    is: 'a server',
    writes: (call) => [httpAnswer(status, pairBody(call, changes))],
    then: 'stay',
  };
}

/** A server that makes its bytes of a body with a pair. */
export function wrapped(
  wrap: (body: string) => readonly (string | Buffer)[],
  then: Extract<FarSide, { is: 'a server' }>['then'] = 'stay',
): FarSide {
  return { is: 'a server', writes: (call) => wrap(pairBody(call)), then };
}
