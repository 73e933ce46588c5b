import { Injectable } from '@nestjs/common';
import { Deskera } from '#deskera';
import { Failure, randomToken, Secret } from '#kernel';
import { ConnectSessionStore, type ConnectSessionRecord } from '#connections';
import { ConnectLinks, type LinkOpening, type OpenedLink } from '../connect-links.js';
import { OauthOptions } from '../options.js';
import { isBrowserId, newState, sessionIdIn } from './connect-ids.js';
import { landingUrl } from './return-address.js';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Handles a link from its opening to Deskera's authorization page. */
@Injectable()
export class LinkFlow extends ConnectLinks {
  constructor(
    private readonly store: ConnectSessionStore,
    private readonly deskera: Deskera,
    private readonly options: OauthOptions,
  ) {
    super();
  }

  override async open({ linkId, browserIds, labelProof: proof }: LinkOpening): Promise<OpenedLink> {
    const { session, sessionId } = await this.#find(linkId);
    const known = browserIds.filter(isBrowserId);
    const whoSaw = known.find((browserId) => proof !== null && isLabelProof(proof, linkId, browserId));
    const browser = whoSaw ?? known[0] ?? Secret.of(randomToken());
    const { label } = session;
    if (label !== null && whoSaw === undefined) {
      return { kind: 'label', label, browserId: browser, labelProof: labelProof(linkId, browser) };
    }

    const state = newState(sessionId);
    const added = await this.store.addState(session.sessionSha256, state.sha256(), browser.sha256());
    if (!added) throw linkExpired();
    return { kind: 'auth_page', redirectTo: this.#authPage(session, sessionId, state), browserId: browser };
  }

  override async peek(linkId: Secret): Promise<void> {
    await this.#find(linkId);
  }

  async #find(linkId: Secret): Promise<{ session: ConnectSessionRecord; sessionId: string }> {
    const sessionId = sessionIdIn(linkId);
    const session = sessionId === null ? null : await this.store.findByLink(linkId.sha256());
    if (sessionId === null || session === null || !stillOpens(session)) throw linkExpired();
    return { session, sessionId };
  }

  #authPage(session: ConnectSessionRecord, sessionId: string, state: Secret): Secret {
    const landing = landingUrl(this.options.publicUrl, sessionId, session);
    return Secret.of(
      this.deskera.authPageUrl({ apiVersion: session.apiVersion, state, landingUrl: landing }),
    );
  }
}

function stillOpens({ ended, expired }: ConnectSessionRecord): boolean {
  return !ended && !expired;
}

/** The same answer for an unknown link, so that guessing reveals nothing. */
function linkExpired(): Failure {
  return new Failure('link_expired', 'This connect link is no longer valid.');
}

/**
 * The proof that the label page gives to its browser. The browser id is a secret between the broker and this browser,
 * so nobody can make the proof for another browser, and a forwarded proof is worthless.
 */
function labelProof(linkId: Secret, browserId: Secret): string {
  return createHmac('sha256', browserId.reveal()).update(`label ${linkId.reveal()}`).digest('base64url');
}

function isLabelProof(proof: string, linkId: Secret, browserId: Secret): boolean {
  const [given, expected] = [Buffer.from(proof), Buffer.from(labelProof(linkId, browserId))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
