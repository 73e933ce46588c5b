import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { Secret, type Clock } from '#kernel';
import { DeskeraTransport } from '../internal/deskera-transport.js';
import { httpDefaults, Sender } from '../internal/sender.js';
import type { WireRequest } from '../internal/wire.js';
import type { DeskeraOptions } from '../options.js';

export const sentSecret = 'the-secret-that-is-sent';

/** A sender as the module wires it, whose connects may take one second of its clock. */
export function wiredSender(clock: Clock): { readonly sender: Sender; readonly outlet: DeskeraTransport } {
  const outlet = new DeskeraTransport(clock, { timeoutSeconds: 1 } as DeskeraOptions);
  const http = new HttpService(axios.create(httpDefaults));
  return { sender: new Sender(http, outlet, clock), outlet };
}

export function postTo(url: string, repeatable = true): WireRequest {
  return {
    method: 'POST',
    url: Secret.of(`${url}/oauth/token?code=${sentSecret}`),
    headers: { authorization: Secret.of(`Basic ${sentSecret}`), 'content-type': 'text/plain' },
    body: Secret.of(sentSecret),
    repeatable,
  };
}
