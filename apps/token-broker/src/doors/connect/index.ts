export { ConnectDoorModule } from './connect-door.module.js';
