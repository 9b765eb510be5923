// Serves the page at http://localhost:3000, an origin that the key of `npm start` is good for. Another port: PORT=5173.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const server = createServer(async (_, response) => {
  const page = await readFile(new URL("index.html", import.meta.url));
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
});
server.listen(Number(process.env.PORT ?? 3000), "localhost", () => {
  console.log(`http://localhost:${server.address().port}`);
});
