/** Stands in for a worker where only the life of its process matters. */
process.on('message', () => undefined); // holds the channel, and with it the process, open
process.send({ type: 'ready' });
process.on('SIGTERM', () => process.exit(0));
