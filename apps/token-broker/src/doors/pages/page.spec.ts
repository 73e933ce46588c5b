import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { markup } from './markup.js';
import { pagePolicy, pageStyle } from './page-style.js';
import { renderPage } from './page.js';

const page = renderPage({ title: 'A <title>', tone: 'good', body: markup`<p>Body</p>` });

describe('a page', () => {
  it('says its language, its title and where its content is', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<title>A &lt;title&gt;</title>');
    expect(page).toContain('<h1>A &lt;title&gt;</h1>');
    expect(page).toMatch(/<main class="good">[^]*<p>Body<\/p>[^]*<\/main>/);
  });

  it('has the one style that its policy allows, unchanged by the escaping', () => {
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(page) ?? [];
    expect(style).toBe(pageStyle);
    expect(pagePolicy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });

  it('fetches nothing and runs nothing', () => {
    expect(pagePolicy).toMatch(/^default-src 'none'; /);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|style=|\son[a-z]+=/);
  });
});
