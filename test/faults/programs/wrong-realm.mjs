import { connect, router } from 'respell';

const local = await router({ realm: 'realm1', port: 0 });
try {
  await connect(local.url, { realm: 'reaml1' });
} catch (error) {
  console.log(`${error.name} ${error.code} ${error.uri}`);
  console.log(error.message);
  process.exitCode = 1;
}
await local.stop();
