import { describe, expect, it } from '@jest/globals';
import { isDeskeraApi } from '#deskera';

describe("Deskera's own API", () => {
  it.each([
    'https://bifrost.deskera.com',
    'https://bifrost-us.deskera.com',
    'https://api-staging.deskera.xyz',
    'https://BIFROST.deskera.com:443/',
  ])('is at %s.', (apiUrl) => {
    expect(isDeskeraApi(apiUrl)).toBe(true);
  });

  it.each([
    'http://bifrost.deskera.com',
    'https://deskera.com.attacker.example',
    'https://notdeskera.com',
    'https://bifrost.deskera.com@attacker.example',
    'https://user@bifrost.deskera.com',
    'https://attacker.example/bifrost.deskera.com',
    'https://attacker.example#.deskera.com',
    'bifrost.deskera.com',
    '',
  ])('is not at %s.', (apiUrl) => {
    expect(isDeskeraApi(apiUrl)).toBe(false);
  });
});
