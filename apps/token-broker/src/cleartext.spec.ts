import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { cleartextSettings } from './cleartext.js';

const private_ = {
  publicUrl: 'https://broker.example',
  deskeraApiUrl: 'https://bifrost.example',
  deskeraAuthUrls: { v1: 'https://a.example/', v2: 'https://b.example/' },
};

function ofDatabase(url: string): readonly string[] {
  const secret = Secret.of(url);
  return cleartextSettings({ ...private_, databaseUrl: secret, databaseDirectUrl: secret });
}

describe('the settings whose address is used in cleartext', () => {
  it('are named for http to another machine, and for none that uses TLS', () => {
    const database = Secret.of('postgres://u:p@db.example/broker?sslmode=verify-full');
    const databases = { databaseUrl: database, databaseDirectUrl: database };
    expect(cleartextSettings({ ...private_, ...databases })).toEqual([]);
    expect(
      cleartextSettings({
        ...databases,
        publicUrl: 'http://broker.example',
        deskeraApiUrl: 'http://10.0.0.1:4000',
        deskeraAuthUrls: { v1: 'http://127.0.0.1:4000/appauth', v2: 'http://b.example/' },
      }),
    ).toEqual(['PUBLIC_URL', 'DESKERA_API_URL', 'DESKERA_V2_AUTH_URL']);
  });

  it.each([
    'postgres://u:p@db.example/broker',
    'postgres://u:p@db.example/broker?sslmode=disable',
    'postgres://u:p@db.example/broker?sslmode=prefer',
    'postgres://u:p@10.0.0.1:5432/broker',
    'postgres://u:p@localhost,db.example/broker',
    'postgres:///broker?host=db.example',
  ])('include the database once: %s', (url) => {
    expect(ofDatabase(url)).toEqual(['DATABASE_URL']);
  });

  it.each([
    'postgres://u:p@localhost/broker',
    'postgres://u:p@127.0.0.1:5432/broker',
    'postgres://u:p@[::1]/broker',
    'postgres:///broker?host=/run/postgresql',
    'postgres://u:p@%2Frun%2Fpostgresql/broker',
    'postgres://u:p@db.example/broker?sslmode=require',
  ])('do not include a database on this machine or behind TLS: %s', (url) => {
    expect(ofDatabase(url)).toEqual([]);
  });

  it('include a direct address of its own', () => {
    const databaseUrl = Secret.of('postgres://u:p@localhost/broker');
    const databaseDirectUrl = Secret.of('postgres://u:p@db.example/broker');
    expect(cleartextSettings({ ...private_, databaseUrl, databaseDirectUrl })).toEqual([
      'DATABASE_DIRECT_URL',
    ]);
  });
});
