import { randomBytes } from 'node:crypto';

/** The least that a broker starts with. */
export const goodEnvironment: Readonly<Record<string, string>> = {
  PUBLIC_URL: 'https://tokens.example.com',
  DATABASE_URL: 'postgres://broker:db-password@db.example.com:5432/broker',
  DESKERA_CLIENT_ID: 'cl_pub_1',
  DESKERA_CLIENT_SECRET: 'cl_sec_1',
  ENCRYPTION_KEYS: `march:${randomBytes(32).toString('base64')}`,
};
