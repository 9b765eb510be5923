// Takes the Worker's notifications, signed as Standard Webhooks says. NOTIFY_SECRET: whsec_…, the same as the Worker's.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { NOTIFY_SECRET = "", PORT = "4000" } = process.env;
const SECRET = Buffer.from(NOTIFY_SECRET.replace(/^whsec_/, ""), "base64");
const MAX_BYTES = 1_048_576;
const MAX_AGE_SECONDS = 300;
if (SECRET.length < 24) throw new Error("NOTIFY_SECRET is missing, or is no whsec_… of at least 24 bytes.");

/** The ids that were handled. In your product: a column that is unique, written together with what handling changes. */
const handled = new Set();

/** What your product does with an event. If it throws, the Worker sends the event again. */
async function handle(event) {
  console.log(JSON.stringify(event));
}

const server = createServer(async (request, response) => {
  const answer = await take(request).catch((error) => {
    console.error(error);
    return 500;
  });
  response.writeHead(answer, answer === 413 ? { connection: "close" } : {}).end();
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));

async function take(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BYTES) return 413;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isGenuine(request.headers, body)) return 401;
  const id = request.headers["webhook-id"];
  if (handled.has(id)) return 204;
  await handle(JSON.parse(body.toString()));
  handled.add(id);
  return 204;
}

/** Signed with the secret over the bytes as they came, and not old. A header may hold several signatures. */
function isGenuine({ "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures = "" }, body) {
  if (!(Math.abs(Date.now() / 1_000 - Number(time)) <= MAX_AGE_SECONDS)) return false;
  const expected = createHmac("sha256", SECRET).update(`${id}.${time}.`).update(body).digest();
  return signatures.split(" ").some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
