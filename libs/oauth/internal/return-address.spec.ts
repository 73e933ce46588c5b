import { describe, expect, it } from '@jest/globals';
import type { Activation } from '#connections';
import { landingUrl, returnAddress, withReturnFacts } from './return-address.js';

const facts = { session: 'S', status: 'connected' };

describe('what a browser brings back', () => {
  it.each([
    ['https://app.example/done', 'https://app.example/done?session=S&status=connected'],
    [
      'https://app.example/done?tab=a%20b&flag',
      'https://app.example/done?tab=a%20b&flag&session=S&status=connected',
    ],
    ['https://app.example/?status=old&tab=1', 'https://app.example/?tab=1&session=S&status=connected'],
    ['https://app.example/?', 'https://app.example/?session=S&status=connected'],
  ])('is appended to %s', (address, expected) => {
    expect(withReturnFacts(address, facts)).toBe(expected);
  });

  it('names the code of a failure', () => {
    const failed = { session: 'S', status: 'failed', code: 'org_mismatch' };
    expect(withReturnFacts('https://app.example/', failed)).toBe(
      'https://app.example/?session=S&status=failed&code=org_mismatch',
    );
  });

  it('goes to pages of ours where the service has none', () => {
    const broker = 'https://broker.example/dtb';
    expect(returnAddress(broker, null, facts)).toBe(`${broker}/connected?session=S&status=connected`);
    expect(returnAddress(broker, null, { session: 'S', status: 'failed', code: 'x' })).toBe(
      `${broker}/not-connected?session=S&status=failed&code=x`,
    );
  });
});

describe('where V1 sends the browser in the end', () => {
  const broker = 'https://broker.example';
  const own = `${broker}/connected?session=S`;
  it.each<[Activation, string | null, string]>([
    ['callback', null, own],
    ['browser', null, own],
    ['confirm', null, own],
    ['browser', 'https://app.example/', own],
    ['callback', 'https://app.example/', 'https://app.example/?session=S&status=connected'],
    ['confirm', 'https://app.example/', 'https://app.example/?session=S&status=awaiting_activation'],
  ])('activation %s, redirectUri %s → %s', (activation, redirectUri, expected) => {
    expect(landingUrl(broker, 'S', { activation, redirectUri })).toBe(expected);
  });
});
