import { connect } from 'respell';

try {
  await connect('ws://127.0.0.1:9/ws', {});
} catch (error) {
  console.log(`${error.name} ${error.code}`);
  console.log(error.message);
  process.exitCode = 1;
}
