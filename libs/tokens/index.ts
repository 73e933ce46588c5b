export { GrantAdopter, type Adoption, type AdoptionRequest } from './adoption.js';
export {
  Connections,
  type ConnectionEventView,
  type ConnectionQuery,
  type ConnectionStatus,
  type ConnectionSummary,
  type ConnectionView,
  type Page,
  type ReconnectReason,
} from './connections.js';
export {
  DeskeraTokens,
  type Attention,
  type Degraded,
  type DeskeraToken,
  type HotToken,
  type Org,
  type TokenRequest,
} from './deskera-token.js';
export { GrantImports, type GrantImport, type ImportedGrant } from './grant-imports.js';
export { TokensOptions } from './options.js';
export {
  Reencryption,
  type KeyUse,
  type ReencryptedRows,
  type ReencryptionProgress,
  type ReencryptionReport,
} from './reencryption.js';
export {
  TokenRejections,
  type RejectionAnswer,
  type RejectionOutcome,
  type TokenRejection,
} from './token-rejections.js';
export { TokensModule } from './tokens.module.js';
export { Upkeep } from './upkeep.js';
