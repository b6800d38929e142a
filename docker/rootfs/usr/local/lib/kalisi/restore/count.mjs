// count.mjs [KEYS FILES]: says how much there is, with what the database answers; runtime/.env is on standard input.
import { ask, fail } from "../neo4j/ask.mjs";

const [keys, files] = process.argv.slice(2).map(Number);
const statements = ["MATCH (n) RETURN count(n)", "MATCH ()-[r]->() RETURN count(r)"];
const body = JSON.stringify({ statements: statements.map((statement) => ({ statement })) });
const { rows } = await ask("/commit", body).catch(fail);
const [nodes, relationships] = rows.map(([[count]]) => count);
console.log(JSON.stringify({ nodes, relationships, keys, files }));
