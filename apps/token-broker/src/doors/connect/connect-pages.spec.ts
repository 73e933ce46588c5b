import { describe, expect, it } from '@jest/globals';
import type { Landing } from '#oauth';
import { failurePage, labelPage, landingPage } from './connect-pages.js';

describe('the label page', () => {
  it('shows the label as text, and leads on', () => {
    const { title, body } = labelPage('<Acme>', 'the-proof');
    expect(title).toBe('Connect a Deskera organisation to <Acme>');
    expect(body.text).toContain('<strong>&lt;Acme&gt;</strong>');
    expect(body.text).toContain('<a class="button" href="?continue=the-proof">');
  });
});

describe('a failure page', () => {
  it.each([
    ['access_denied', 'Access was not granted'],
    ['org_mismatch', 'That was another organisation'],
    ['link_expired', 'This link is no longer valid'],
    ['deskera_unavailable', 'Deskera does not answer at the moment'],
  ])('says what to do about %s, and names the code', (code, title) => {
    const page = failurePage(code);
    expect(page.title).toBe(title);
    expect(page.body.text).toContain(`<code>${code}</code>`);
  });

  it.each([null, '<script>', 'constructor', 'toString', 'internal_error'])(
    'repeats nothing else: %s',
    (code) => {
      const page = failurePage(code);
      expect(page.title).toBe('The organisation was not connected');
      expect(page.body.text).not.toContain('<code>');
    },
  );
});

describe('the landing page', () => {
  it.each<[Landing['status'], string | null, string, string]>([
    ['connected', null, 'Connected', 'good'],
    ['awaiting_activation', null, 'Almost there', 'plain'],
    ['pending', null, 'Not connected yet', 'plain'],
    ['failed', 'org_mismatch', 'That was another organisation', 'bad'],
    ['expired', 'state_expired', 'That took too long', 'bad'],
  ])('for %s, %s', (status, code, title, tone) => {
    expect(landingPage({ status, code, redirectTo: null })).toMatchObject({ title, tone });
  });

  it('claims nothing where nothing is known', () => {
    expect(landingPage(null)).toMatchObject({ title: 'You can close this window', tone: 'plain' });
  });
});
