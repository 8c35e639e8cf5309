import { connect } from 'respell';

try {
  await connect(process.argv[2], { realm: 'realm1' });
} catch (error) {
  const cause = error.cause?.code ?? error.cause?.status;
  console.log(`${error.name} ${error.code}${cause ? `, cause ${cause}` : ''}`);
  console.log(error.message);
  process.exitCode = 1;
}
