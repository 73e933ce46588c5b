import { describe, expect, it } from '@jest/globals';
import { unprivilegedAccountIn } from './server-account.js';

const root = 'root:x:0:0:root:/root:/bin/bash';
const daemon = 'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin';
const nobody = 'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin';
const postgres = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash';
const nobodyOfMacos = 'nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false';

describe('the account that PostgreSQL runs as in place of root', () => {
  it.each([
    ['postgres before all others', [root, daemon, nobody, postgres], { uid: 101, gid: 104 }],
    ['nobody where there is no postgres', [root, daemon, nobody], { uid: 65534, gid: 65533 }],
    ['one whose ids can be used', [root, nobodyOfMacos, daemon], { uid: 1, gid: 1 }],
    ['none where only root is known', [root, ''], null],
    ['none with broken ids', ['postgres:x:zero::', 'nobody'], null],
  ])('is %s', (_, lines, account) => {
    expect(unprivilegedAccountIn(lines.join('\n'))).toEqual(account);
  });
});
