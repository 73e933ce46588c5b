export { grantSpoolContract } from './grant-spool-contract.js';
