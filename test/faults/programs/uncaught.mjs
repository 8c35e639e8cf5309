import { connect } from 'respell';

await connect('ws://127.0.0.1:9/ws', { realm: 'realm1' });
