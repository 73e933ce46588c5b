import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureKinds } from '#kernel';
import { openDoors, type DoorApp } from '../testing/door-app.js';
import { DocsModule } from './index.js';

let doors: DoorApp;

beforeAll(async () => {
  doors = await openDoors({ imports: [DocsModule] }, { separate: true });
});

afterAll(async () => {
  await doors.app.close();
});

async function get(path: string, port: number | null = doors.port): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(port)}${path}`);
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

describe.each(['/docs', '/docs/errors'])('%s', (path) => {
  it('loads nothing from anywhere, and its policy allows its one style', async () => {
    const response = await get(path);
    const text = await response.text();
    const [style = ''] = all(text, /<style>([^<]*)<\/style>/g);
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|<link|<img|\ssrc=|\sstyle=/);
    expect(all(text, /href="([^"]*)"/g).filter((href) => !/^[#/]/.test(href))).toEqual([]);
  });

  it('leads nowhere that is not there', async () => {
    const text = await (await get(path)).text();
    const ids = all(text, /\sid="([^"]*)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all(text, /href="#([^"]*)"/g).filter((id) => !ids.includes(id))).toEqual([]);
    const codes = all(text, /href="\/docs\/errors#([^"]*)"/g);
    expect(codes.filter((code) => !Object.hasOwn(failureKinds, code))).toEqual([]);
  });

  it('may be kept for a while', async () => {
    expect((await get(path)).headers.get('cache-control')).toBe('public, max-age=300');
  });
});

describe('/docs/errors', () => {
  it('has an anchor for each code, where the type of its problem leads', async () => {
    const ids = all(await (await get('/docs/errors')).text(), /\sid="([^"]*)"/g);
    expect(ids.toSorted()).toEqual(Object.keys(failureKinds).toSorted());
  });
});

describe('/docs', () => {
  it('shows every operation of the document, and what webhooks tell', async () => {
    const { paths, webhooks } = (await (await get('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
      webhooks: Record<string, Record<string, { operationId: string }>>;
    };
    const items = [...Object.values(paths), ...Object.values(webhooks)];
    const ids = items.flatMap((item) => Object.values(item).map((each) => each.operationId));
    const text = await (await get('/docs')).text();
    expect(ids.filter((id) => !text.includes(`<section id="${id}">`))).toEqual([]);
  });

  it.each(['/openapi.json', '/docs', '/docs/errors'])('is not told to the outside: %s', async (path) => {
    expect((await get(path, doors.publicPort)).status).toBe(404);
  });
});
