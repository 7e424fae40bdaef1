import { readFileSync } from "node:fs";
import { Pool } from "undici";

/**
 * The bare bulk loader: sends bodies that were kept before, two at a time as our consumer does, and does nothing else. What it
 * reaches is what Elasticsearch, or the sink, can take.
 *
 * Arguments: origin, path and query, how often. Prints one JSON object.
 */
const IN_FLIGHT = 2;

async function main(): Promise<void> {
  const [url, path, repeat] = process.argv.slice(2);
  if (url === undefined || path === undefined || repeat === undefined) throw new Error("there must be three arguments");
  const bodies = readBodies("/capture/bodies");
  const work = Array.from({ length: Number(repeat) }, () => bodies).flat();
  const pool = new Pool(url, { connections: IN_FLIGHT, pipelining: 1, headersTimeout: 120_000 });
  const started = Date.now();
  let failures = 0;
  const send = async (): Promise<void> => {
    for (let body = work.shift(); body; body = work.shift()) {
      const answer = await pool.request({
        method: "POST",
        path,
        headers: { "content-type": "application/x-ndjson" },
        body,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || text.includes('"errors":true')) failures++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
  await pool.close();
  console.log(JSON.stringify({ seconds: (Date.now() - started) / 1000, failures }));
}

function readBodies(file: string): Buffer[] {
  const all = readFileSync(file);
  const bodies: Buffer[] = [];
  for (let at = 0; at < all.length;) {
    const length = all.readUInt32BE(at);
    bodies.push(all.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return bodies;
}

void main();
