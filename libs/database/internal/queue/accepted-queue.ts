import { Injectable } from '@nestjs/common';
import { usualQueueSchema } from './queue-place.js';

/** Which schema holds the queue, as the accepted schema has it on record. */
@Injectable()
export class AcceptedQueue {
  schema = usualQueueSchema;
}
