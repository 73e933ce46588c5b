import './typescript-imports.mjs';

/** Jest loads this with Node's own import: see `typescript-imports.mjs`. */
export default async function globalSetup() {
  const { startRunServer } = await import('./run-server.ts');
  await startRunServer();
}
