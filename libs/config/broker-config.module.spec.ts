import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { BrokerConfig, BrokerConfigModule } from '#config';
import { parseConfig } from './internal/parse-config.js';
import { goodEnvironment } from './testing/good-environment.js';

describe('BrokerConfigModule', () => {
  const config = parseConfig(goodEnvironment, () => '');

  it('offers what was parsed, once for all', async () => {
    const module = await Test.createTestingModule({
      imports: [BrokerConfigModule.forRoot(config)],
    }).compile();
    expect(module.get(BrokerConfig, { strict: false })).toBe(config);
  });

  it('lets nobody read the environment past the parser', async () => {
    const module = await Test.createTestingModule({
      imports: [BrokerConfigModule.forRoot(config)],
    }).compile();
    const service = module.get(ConfigService, { strict: false });
    expect(service.get('PATH')).toBeUndefined();
    expect(service.get('broker.port')).toBe(3000);
  });
});
