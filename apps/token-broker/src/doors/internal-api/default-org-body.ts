import { IsPlainText } from '../http/index.js';

export class DefaultOrgBody {
  @IsPlainText(200)
  readonly org!: string;
}
