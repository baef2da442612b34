import { startLocalPostgres } from '@infra-services/local-postgres';

const [, , dataDir = '', clusterName] = process.argv;
const { url, port, keeperPid, postmasterPid } = await startLocalPostgres({
  dataDir,
  settings: { fsync: 'off', ...(clusterName === undefined ? {} : { cluster_name: clusterName }) },
});
process.send?.({ url, port, keeperPid, postmasterPid });

// Runs until it is killed, or until the test that forked it is gone.
process.once('disconnect', () => process.exit());
