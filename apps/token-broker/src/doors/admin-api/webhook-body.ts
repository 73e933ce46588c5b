import { ArrayMaxSize, IsArray, IsIn, IsOptional } from 'class-validator';
import { webhookEventTypes, type WebhookEventType, type WebhookRequest } from '#notifications';
import { IsPlainText } from '../http/index.js';

const typesRule = { message: `must be some of ${webhookEventTypes.join(', ')}` };

export class WebhookBody {
  @IsPlainText(2_000)
  readonly url!: string;

  @IsOptional()
  @IsArray(typesRule)
  @ArrayMaxSize(webhookEventTypes.length, typesRule)
  @IsIn(webhookEventTypes, { each: true, ...typesRule })
  readonly events?: WebhookEventType[] | null;
}

/** None named: all of them. */
export function webhookRequest({ url, events }: WebhookBody): WebhookRequest {
  return { url, events: events ?? [] };
}
