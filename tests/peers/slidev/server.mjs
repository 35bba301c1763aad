import { createServer } from 'node:http';
import sirv from 'sirv';

createServer(sirv('tests/peers/slidev/dist', { single: true })).listen(Number(process.argv[2]));
