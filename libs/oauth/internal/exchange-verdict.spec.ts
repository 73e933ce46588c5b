import { describe, expect, it } from '@jest/globals';
import type { OurFault, PassingFailure } from '#deskera';
import { exchangeVerdict } from './exchange-verdict.js';

function passing(reason: PassingFailure['reason'], retryAfterSeconds: number | null = null): PassingFailure {
  const definite = ['not_sent', 'breaker_open', 'connection_failed', 'rate_limited'].includes(reason);
  return { kind: 'passing', definite, reason, retryAfterSeconds, summary: 'a summary' };
}

describe('what an exchange means for its state', () => {
  it.each(['not_sent', 'breaker_open', 'connection_failed', 'rate_limited'] as const)(
    '%s: the code was not used, it stays unspent',
    (reason) => {
      const verdict = exchangeVerdict(passing(reason));
      expect(verdict).toMatchObject({
        kind: 'unspent',
        failure: { code: 'deskera_unavailable', retryAfterSeconds: 5 },
      });
    },
  );

  it.each(['timeout', 'reset', 'server_error', 'unreadable'] as const)('%s: it is spent', (reason) => {
    expect(exchangeVerdict(passing(reason))).toMatchObject({
      kind: 'failed',
      failure: { code: 'deskera_unavailable' },
    });
  });

  it('a 503 that says when to come back: it stays unspent', () => {
    expect(exchangeVerdict(passing('server_error', 30))).toMatchObject({ kind: 'unspent' });
  });

  it('a success without a readable pair is no outage: the exchange has failed', () => {
    expect(exchangeVerdict({ ...passing('unreadable'), withoutPair: true })).toMatchObject({
      kind: 'failed',
      failure: { code: 'code_exchange_failed', internal: 'a summary' },
    });
  });

  it("keeps Deskera's own Retry-After", () => {
    expect(exchangeVerdict(passing('rate_limited', 42))).toMatchObject({
      failure: { retryAfterSeconds: 42 },
    });
  });

  it.each<[OurFault['reason'], string]>([
    ['client_refused', 'deskera_client_refused'],
    ['bad_request', 'code_exchange_failed'],
  ])('our fault, %s: %s', (reason, code) => {
    const verdict = exchangeVerdict({
      kind: 'our_fault',
      sent: true,
      definite: true,
      reason,
      summary: '401 invalid_client',
    });
    expect(verdict).toMatchObject({ kind: 'failed', failure: { code, internal: '401 invalid_client' } });
  });

  it('our fault, but held back: nothing was sent, so the state is not spent', () => {
    const outcome = {
      kind: 'our_fault',
      sent: false,
      definite: true,
      reason: 'client_refused',
      summary: 'held back',
    } as const;
    expect(exchangeVerdict(outcome)).toMatchObject({
      kind: 'unspent',
      failure: { code: 'deskera_client_refused' },
    });
  });

  it('declined: code_exchange_failed', () => {
    const outcome = { kind: 'declined', definite: true, clientDoubt: 'enveloped', summary: '401' } as const;
    expect(exchangeVerdict(outcome)).toMatchObject({
      kind: 'failed',
      failure: { code: 'code_exchange_failed' },
    });
  });

  it('refused: code_exchange_failed', () => {
    const verdict = exchangeVerdict({ kind: 'refused', definite: true, summary: '400 invalid_grant' });
    expect(verdict).toMatchObject({ kind: 'failed', failure: { code: 'code_exchange_failed' } });
  });
});
