import { router } from 'respell';

const { url } = await router({ realm: 'realm1', port: Number(process.argv[2]) });
console.log(url);
