// The reference Bluesky server and its directory of identities, on loopback only; set by PDS_* variables.
//
// It says {"url": ...} on standard output once it listens, and ends when standard input does: so it
// never outlives the test run that started it.
import { createServer } from "node:http";
import directoryPackage from "@did-plc/server";
import serverPackage from "@atproto/pds";

const { PlcServer, Database } = directoryPackage;
const { PDS, envToCfg, envToSecrets, readEnv } = serverPackage;

// Their own listen() takes all interfaces; so only their request handlers are used.
function listen(handler) {
  const server = createServer(handler);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

process.env.PDS_DID_PLC_URL = `http://127.0.0.1:${await listen(PlcServer.create({ db: Database.mock() }).app)}`;

// The server wants to know its port before it exists.
let answer;
process.env.PDS_PORT = String(await listen((request, response) => answer(request, response)));
const env = readEnv();
const pds = await PDS.create(envToCfg(env), envToSecrets(env));
await pds.ctx.sequencer.start();
answer = pds.app;

process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${process.env.PDS_PORT}` })}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
