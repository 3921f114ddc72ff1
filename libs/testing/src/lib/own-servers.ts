// The launcher's own recipes, so that tests and `npm start` run the same servers.
export {
  startOwnKafka,
  startOwnPostgres,
  type OwnKafka,
  type OwnPostgres,
} from '../../../../tools/lib/own-servers.mjs';
