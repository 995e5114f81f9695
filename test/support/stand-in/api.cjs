/** Stands in for the API where only the life of its process matters: listens, accepts every key, ends on SIGTERM. */
const { createServer } = require('node:http');

const server = createServer((_request, response) => response.end('{}'));
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  process.send({ type: 'listening', url: `http://127.0.0.1:${server.address().port}` });
});
process.on('SIGTERM', () => process.exit(0));
