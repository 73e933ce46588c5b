export { CliDoorModule } from './cli-door.module.js';
export { CliRooms } from './cli-rooms.js';
export { exitCodes } from './exit-codes.js';
export { runCli } from './run-cli.js';
