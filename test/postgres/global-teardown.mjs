import './typescript-imports.mjs';

export default async function globalTeardown() {
  const { discardRunServer } = await import('./run-server.ts');
  await discardRunServer();
}
