import { Module } from '@nestjs/common';
import { OauthModule, OauthOptions } from '#oauth';
import { BrowserCookie } from './browser-cookie.js';
import { CallbackController } from './callback.controller.js';
import { LandingController } from './landing.controller.js';
import { LinkController } from './link.controller.js';

/** What people's browsers and Deskera reach: links, callbacks, landings. */
@Module({
  imports: [OauthModule],
  controllers: [LinkController, CallbackController, LandingController],
  providers: [
    {
      provide: BrowserCookie,
      useFactory: ({ publicUrl, sessionSeconds }: OauthOptions) =>
        new BrowserCookie(publicUrl, sessionSeconds),
      inject: [OauthOptions],
    },
  ],
})
export class ConnectDoorModule {}
