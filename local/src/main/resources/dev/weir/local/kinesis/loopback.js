'use strict';

// Loaded before kinesis-local, which has no setting for its address and would listen on every
// interface of the machine. Every server of the process listens on the loopback address instead,
// on a port that the system picks. The port that was asked for is only a name: what is printed
// tells which server got which port.
const net = require('node:net');

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (name, ...rest) {
  if (typeof name !== 'number') {
    throw new Error('kinesis-local listens in a way that is not known: ' + String(name));
  }
  this.once('listening', () => {
    console.log('weir: server ' + name + ' listens on port ' + this.address().port);
  });
  const callbacks = rest.filter((argument) => typeof argument === 'function');
  return listen.call(this, { port: 0, host: '127.0.0.1' }, ...callbacks);
};
