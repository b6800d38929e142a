"use strict";
// Passes its input on to a port of loopback, and prints what comes back: node pipe.cjs PORT
const { connect } = require("node:net");

const socket = connect(Number(process.argv[2]), "127.0.0.1");
process.stdin.pipe(socket).pipe(process.stdout);
