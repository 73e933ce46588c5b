import type { ServiceKeyView } from '#access';
import { cliCaller } from './cli-rooms.js';
import type { Command } from './command-run.js';
import { exitCodes } from './exit-codes.js';
import { cell, timeCell } from './plain-cells.js';

export interface NewKeyOptions {
  readonly name: string;
  readonly scope: readonly string[];
  readonly tenant: readonly string[];
  readonly expiresAt?: Date;
}

export const createKey: Command<NewKeyOptions> = async (run, { name, scope, tenant, expiresAt }) => {
  const { keys } = await run.rooms();
  const request = { name, scopes: scope, tenants: tenant, expiresAt: expiresAt ?? null };
  const { key, ...view } = await keys.create(request, cliCaller);
  if (run.terminal.json) await run.terminal.document({ key: key.reveal(), ...keyAnswer(view) });
  else {
    await run.terminal.line(key.reveal());
    run.terminal.note('This is the only time that the key is shown: store it now.');
  }
  return exitCodes.ok;
};

export const listKeys: Command<unknown> = async (run) => {
  const views = await (await run.rooms()).keys.list();
  if (run.terminal.json) await run.terminal.document({ items: views.map(keyAnswer) });
  else
    await run.terminal.table(
      ['key id', 'name', 'scopes', 'tenants', 'secrets', 'last used', 'expires', 'revoked'],
      views.map((view) => [
        view.keyId,
        cell(view.name),
        view.scopes.join('\n'),
        view.tenants.join('\n'),
        view.secrets.map(({ number }) => String(number)).join('\n'),
        timeCell(view.lastUsedAt),
        timeCell(view.expiresAt),
        timeCell(view.revokedAt),
      ]),
    );
  return exitCodes.ok;
};

export const revokeKey: Command<{ readonly keyId: string }> = async (run, { keyId }) => {
  await (await run.rooms()).keys.revoke(keyId, cliCaller);
  if (run.terminal.json) await run.terminal.document({ keyId, revoked: true });
  else await run.terminal.line(`Key ${keyId} opens nothing more.`);
  return exitCodes.ok;
};

export const addSecret: Command<{ readonly keyId: string }> = async (run, { keyId }) => {
  const { number, key } = await (await run.rooms()).keys.addSecret(keyId, cliCaller);
  if (run.terminal.json) await run.terminal.document({ keyId, number, key: key.reveal() });
  else {
    await run.terminal.line(key.reveal());
    run.terminal.note('This is the only time that it is shown. The other one still opens: remove it later.');
  }
  return exitCodes.ok;
};

export const removeSecret: Command<{ readonly keyId: string; readonly number: number }> = async (
  run,
  { keyId, number },
) => {
  await (await run.rooms()).keys.removeSecret(keyId, number, cliCaller);
  if (run.terminal.json) await run.terminal.document({ keyId, number, removed: true });
  else await run.terminal.line(`Secret ${String(number)} of key ${keyId} opens nothing more.`);
  return exitCodes.ok;
};

function keyAnswer(view: ServiceKeyView) {
  const { keyId, name, scopes, tenants, createdAt, expiresAt, revokedAt, lastUsedAt, secrets } = view;
  return { keyId, name, scopes, tenants, createdAt, expiresAt, revokedAt, lastUsedAt, secrets };
}
