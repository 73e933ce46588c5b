import { describe, expect, it } from '@jest/globals';
import { AddressRules } from './address-rules.js';
import { hostOf, targetUrl } from './target-url.js';

function rules(...allowedNetworks: readonly string[]): AddressRules {
  return new AddressRules({
    deliver: true,
    allowedNetworks,
    pausesSeconds: [],
    tryForSeconds: 0,
    answerSeconds: 0,
    pollMilliseconds: 0,
  });
}

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '0:0:0:0:0:ffff:0a00:0001',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '1.2.3',
  ])('%j is refused', (address) => {
    expect(rules().mayBeCalled(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '::ffff:93.184.216.34',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
  ])('%s is public', (address) => {
    expect(rules().mayBeCalled(address)).toBe(true);
    expect(rules().isAllowedNetwork(address)).toBe(false);
  });

  it('is allowed where the configuration says so, and its neighbours are not', () => {
    const own = rules('10.20.0.0/16', 'fd00:1::/32', '127.0.0.1');
    for (const address of ['10.20.3.4', '::ffff:10.20.3.4', 'fd00:1::5', '127.0.0.1']) {
      expect([address, own.mayBeCalled(address), own.isAllowedNetwork(address)]).toEqual([
        address,
        true,
        true,
      ]);
    }
    for (const address of ['10.21.0.1', 'fd00:2::5', '127.0.0.2', '::1']) {
      expect([address, own.mayBeCalled(address)]).toEqual([address, false]);
    }
  });

  // What stands in a URL may be written in many ways: it is judged as it is used.
  it.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://１２７.0.0.1/',
  ])('of %s is the loopback', (url) => {
    expect(rules().mayBeCalled(hostOf(targetUrl(url)))).toBe(false);
  });
});

describe('a URL', () => {
  it.each([
    'nowhere',
    '//host/path',
    'ftp://host.example/',
    'javascript:alert(1)',
    'https://user@host.example/',
    'https://:password@host.example/',
    'https://host.example/#part',
    'https://',
  ])('such as %s is none that a webhook may go to', (url) => {
    expect(() => targetUrl(url)).toThrow(expect.objectContaining({ code: 'webhook_url_not_allowed' }));
  });
});
