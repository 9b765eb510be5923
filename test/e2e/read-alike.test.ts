import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeForm } from "../fuzz/grammar/forms.ts";
import { Random } from "../fuzz/random.ts";
import { readBusboy, readLikeRack, readOurs, readPlatform } from "../support/form-readers.ts";
import { field, file, named, part, toBytes, whole } from "../support/multipart.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

const ROWS = "/v1/vidsheet/101/rows?agent_id=42";
const GENERATE = "/v1/vidsheet/101/cells/10111/generate";
const MULTIPART = "multipart/form-data; boundary=b";
const SEED = 10;
const MADE = 300;

let stack: Stack;
/** The key of a client confined to agent 42. */
let confined: string;
beforeAll(async () => {
  stack = await startStack();
  confined = await stack.worker.addClient({ agents: ["42"] });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

/** GEN is also asked about what an earlier test has started: those are no part of a test. */
const requests = () => stack.gen.control.ledger().requests.filter(({ method }) => method === "POST");

function post(contentType: string, text: string, { path = ROWS, key = confined } = {}): Promise<Response> {
  const headers = { "x-api-key": key, "content-type": contentType };
  return stack.call(path, { method: "POST", headers, body: toBytes(text) });
}

/** The form as GEN got it. The simulator keeps the first 4 KiB. */
function received() {
  const last = requests().at(-1);
  const bytes = new Uint8Array(Buffer.from(last?.body ?? "", "utf8"));
  return { contentType: last?.headers["content-type"] ?? "", bytes };
}

describe("what GEN gets of a form", () => {
  it("is read the same by every parser, and names no agent but the client's", async () => {
    let sent = 0;
    for (let number = 0; number < MADE; number += 1) {
      const made = makeForm(Random.ofCase(SEED, number));
      const before = requests().length;
      const { status } = await post(made.contentType, made.text);
      const what = `case ${number}: ${JSON.stringify(made)}`;
      expect([201, 400, 403, 415], what).toContain(status);
      expect(requests().length - before, what).toBe(status === 201 ? 1 : 0);
      const form = received();
      if (status !== 201 || form.bytes.length === 0) continue;
      sent += 1;
      const ours = readOurs(form);
      expect(await readBusboy(form), what).toEqual(ours);
      expect(await readPlatform(form), what).toEqual(ours);
      const likeRack = readLikeRack(form);
      if (likeRack) expect(likeRack, what).toEqual(ours?.map(([name, , content]) => [name, content]));
      const agents = ours?.filter(([name]) => /agent/i.test(name)) ?? [];
      expect(
        agents.filter(([, , value]) => value !== "42"),
        what,
      ).toEqual([]);
    }
    expect(sent).toBeGreaterThan(MADE / 5);
    expect(sent).toBeLessThan((MADE * 4) / 5);
  }, 60_000);
});

describe("an agent that is not the client's", () => {
  it.each([
    [
      "behind a head that ends in a bare LF",
      whole(`--b\r\n${named("agent_id")}\r\nX-A: b\n\n42\r\n`, field("z", "43")),
    ],
    ["behind a line without a colon", whole(part(`${named("title")}\r\nname="agent_id"`, "43"))],
    ["under a header that is folded", whole(part('Content-Disposition: form-data;\r\n name="agent_id"', "43"))],
    ["under a second disposition", whole(part(`${named("title")}\r\n${named("agent_id")}`, "43"))],
    ["behind a preamble with the boundary", `x--b\r\n${named("agent_id")}\r\n\r\n43\r\n${whole(field("title"))}`],
    ["behind a mark of the byte order", `\u00ef\u00bb\u00bf${whole(field("agent_id", "43"), field("title"))}`],
    ["behind the end", `${whole(field("title"))}${whole(field("agent_id", "43"))}`],
    ["under a name inside of another", whole(field("title"), field("x; name=agent_id", "43"))],
    ["as a file", whole(file("agent_id", "a", "43"))],
    ["in a field that stands twice", whole(field("agent_id", "42"), field("agent_id", "43"))],
  ])("never reaches GEN %s, in a form that is kept or one that is streamed", async (_, text) => {
    expect((await post(MULTIPART, text)).status).toBe(400);
    const large = text.replace(/--b--\r\n$/, whole(file("file", "a.mp4", "x".repeat(2_000_000))));
    expect((await post(MULTIPART, large, { path: "/v1/content_resources?agent_id=42" })).status).toBe(400);
    expect(requests()).toEqual([]);
  });

  it("is not paid for when the body names the client's agent to one parser and another's to the next", async () => {
    const head = `--b\r\n${named("agent_id")}\r\nX-A: b\n\n42\r\n`;
    const text = whole(head, field("z", "43"), field("generation_type", "text"));
    for (const path of [GENERATE, "/v1/vidsheet/101/rows"])
      expect((await post(MULTIPART, text, { path })).status).toBe(400);
    expect(requests()).toEqual([]);
  });

  it("never reaches GEN whole behind two megabytes of a file", async () => {
    const path = "/v1/content_resources?agent_id=42";
    const before = await stack.call("/v1/content_resources?agent_id=42");
    // The first body is just too large to be buffered, and may arrive at once.
    for (const size of [1_048_500, 2_000_000]) {
      const video = file("file", "a.mp4", "x".repeat(size));
      for (const tail of [
        field("agent_id", "43"),
        `--b\r\n${named("agent_id")}\r\nX-A: b\n\n42\r\n${field("z", "43")}`,
        field("target_agent_id", "43"),
        field("_method", "delete"),
      ]) {
        expect((await post(MULTIPART, whole(video + tail), { path })).status).toBeGreaterThanOrEqual(400);
      }
      // A body of a known length is complete with its last byte: an error at its end must be found before that.
      expect((await post(MULTIPART, `${video}--b\r\n${named("agent_id")}\r\n\r\n43`, { path })).status).toBe(400);
    }
    const after = await stack.call("/v1/content_resources?agent_id=42");
    expect(await after.json()).toEqual(await before.json());
  });
});

describe("an upload that is streamed", () => {
  const path = "/v1/content_resources?agent_id=42";
  const video = (head = `${named("file")}; filename="a.mp4"\r\nContent-Type: video/mp4`) =>
    part(head, "x".repeat(2_000_000));

  it("is sent on as it came, with its length, once more saying for which agent", async () => {
    const text = whole(field("title", "clip"), video(), field("agent_id", "42"));
    expect((await post(`${MULTIPART}; charset=UTF-8`, text, { path })).status).toBe(201);
    const [request] = requests();
    expect(request).toMatchObject({ bodyBytes: text.length });
    expect(request?.headers).toMatchObject({ "content-type": MULTIPART, "content-length": String(text.length) });
  });

  it.each([
    ["names without quotes", whole(video("Content-Disposition: form-data; name=file; filename=a.mp4"))],
    ["a preamble", `Hello\r\n${whole(video())}`],
    ["a header of its own", whole(video(`${named("file")}; filename="a.mp4"\r\nX-A: b`))],
    ["bare line feeds", whole(video()).replaceAll("\r\n", "\n")],
  ])("is refused with the reason, whatever client sends it, if it has %s", async (_, text) => {
    for (const key of [confined, stack.key]) {
      const problem = await readProblem(await post(MULTIPART, text, { path, key }));
      expect(problem).toMatchObject({ status: 400, error_code: "bad_request" });
      expect(problem.developer_detail).toContain("CRLF, names in quotes");
    }
    expect(requests()).toEqual([]);
  });

  it("must name its agent once, and the one of its query, whatever client sends it", async () => {
    const twice = whole(field("agent_id", "42"), field("agent_id", "42"), video());
    for (const text of [twice, whole(video(), field("agent_id", "43"))]) {
      const problem = await readProblem(await post(MULTIPART, text, { path, key: stack.key }));
      expect(problem.developer_detail).toContain("agent_id stands twice in one place, or differs between two");
    }
  });

  it("is no form without files", async () => {
    const text = `title=${"x".repeat(1_200_000)}`;
    for (const key of [confined, stack.key]) {
      expect((await post("application/x-www-form-urlencoded", text, { key })).status).toBe(413);
    }
    expect(requests()).toEqual([]);
  });
});

describe("a request that would be made another one on its way", () => {
  it.each([
    ["in a form", "application/x-www-form-urlencoded", "title=x&_method=delete"],
    ["in a part", MULTIPART, whole(field("_method", "delete"))],
    ["in JSON", "application/json", '{"_method":"delete"}'],
    ["in JSON, in other letters", "application/json", String.raw`{"\u005fMETHOD":"delete"}`],
  ])("is refused when it has a field %s", async (_, contentType, text) => {
    const problem = await readProblem(await post(contentType, text, { key: stack.key }));
    expect(problem).toMatchObject({ status: 400, error_code: "bad_request" });
    expect(problem.developer_detail).toContain("_method");
    expect(requests()).toEqual([]);
  });

  it("is refused for its query, or a header", async () => {
    const asked = await stack.call(`${ROWS}&_method=delete`, { method: "POST" });
    expect((await readProblem(asked)).developer_detail).toContain("_method");
    expect(requests()).toEqual([]);
    const headers = { "x-http-method-override": "DELETE" };
    expect((await stack.call(ROWS, { method: "POST", headers })).status).toBe(201);
    expect(requests()[0]?.headers).not.toHaveProperty("x-http-method-override");
  });

  it.each(["a=1;agent_id=43", "a=100%", "agent%u005fid=43"])(
    "is refused from a confined client when parsers take its query apart differently: %s",
    async (query) => {
      const response = await stack.call(`${ROWS}&${query}`, { method: "POST", headers: { "x-api-key": confined } });
      expect((await readProblem(response)).status).toBe(400);
      expect(requests()).toEqual([]);
    },
  );

  it.each(["a=1;b=2", "\u00ef\u00bb\u00bfagent_id=42"])(
    "is refused when parsers take its form apart differently: %j",
    async (text) => {
      expect((await post("application/x-www-form-urlencoded", text, { key: stack.key })).status).toBe(400);
      expect(requests()).toEqual([]);
    },
  );

  it.each(['{"title":1,"title":2}', '{"a":{"b":[{"c":1,"\\u0063":2}]}}', '\u00ef\u00bb\u00bf{"title":1}'])(
    "is refused when parsers read its JSON differently: %s",
    async (text) => {
      expect((await post("application/json", text, { key: stack.key })).status).toBe(400);
      expect(requests()).toEqual([]);
    },
  );

  it.each(['{"Agent_Id":43}', '{"agentId":43}', '{"agent_id\\u0000":43}', '{"a":[{"AGENT_ID":43}]}'])(
    "is refused from a confined client when an agent is hidden in its JSON: %s",
    async (text) => {
      expect((await post("application/json", text)).status).toBe(400);
      expect(requests()).toEqual([]);
    },
  );
});

describe("the agent of a request", () => {
  const JOB = "user_job_type=train_social";

  it("may stand in several places, as GEN's own client writes it, if they all say the same", async () => {
    const form = `agent_id=42&${JOB}`;
    const made = await post("application/x-www-form-urlencoded", form, { path: "/v1/user_jobs?agent_id=42" });
    expect(made.status).toBe(201);
    expect(requests()[0]).toMatchObject({ query: "agent_id=42", body: form });
    const parts = whole(field("agent_id", "42"), field("title", "x"));
    expect((await post(MULTIPART, parts)).status).toBe(201);
    expect((await post("application/json", '{"agent_id":42}')).status).toBe(201);
    expect((await post("application/json", '{"agent_id":"42"}')).status).toBe(201);
    const inPath = await stack.call("/v1/agents/42?agent_id=42", { headers: { "x-api-key": confined } });
    expect(inPath.status).toBe(200);
  });

  it("is refused where two places say two, or one says it twice or in brackets, whatever client sends it", async () => {
    for (const key of [confined, stack.key]) {
      const sent = [
        await post("application/x-www-form-urlencoded", `agent_id=43&${JOB}`, {
          path: "/v1/user_jobs?agent_id=42",
          key,
        }),
        await post("application/x-www-form-urlencoded", `agent_id[]=42&${JOB}`, {
          path: "/v1/user_jobs?agent_id=42",
          key,
        }),
        await post(MULTIPART, whole(field("agent_id", "43")), { key }),
        await post("application/json", '{"agent_id":42.0}', { key }),
        await post(MULTIPART, whole(field("agent_id", "42"), field("agent_id", "42")), { key }),
        await stack.call(`${ROWS}&agent_id=42`, { method: "POST", headers: { "x-api-key": key } }),
        await stack.call("/v1/agents/42?agent_id=43", { headers: { "x-api-key": key } }),
      ];
      expect(sent.map(({ status }) => status)).toEqual(Array(7).fill(400));
    }
    expect(requests()).toEqual([]);
  });
});

describe("the content type of a body", () => {
  it.each([
    ["application/json; charset=utf8", '{"title":"x"}'],
    ['Application/JSON ; charset="UTF-8"; v=1', '{"title":"x"}'],
    ["application/x-www-form-urlencoded; charset=UTF-8", "title=x"],
    ["multipart/form-data; boundary=b; charset=UTF-8", whole(field("title", "x"))],
    ['Multipart/Form-Data; charset=utf-8;Boundary="b"', whole(field("title", "x"))],
    ["multipart/form-data; boundary=b", whole(part("Content-Disposition: form-data; name=title"))],
  ])("is accepted as other people's clients write it, and sent on as ours: %s", async (contentType, text) => {
    expect((await post(contentType, text)).status).toBe(201);
    expect(requests()[0]?.headers["content-type"]).toMatch(
      /^(?:application\/json|application\/x-www-form-urlencoded|multipart\/form-data; boundary=gen-edge-[0-9a-f]{32})$/,
    );
  });

  it.each([
    ["application/xml", "Content-Type must be application/json"],
    ["application/json; charset=utf-16", "in UTF-8"],
    ["application/x-www-form-urlencoded; charset=latin1", "in UTF-8"],
    ["multipart/form-data", "with one boundary"],
    ["multipart/form-data; boundary=a; boundary=b", "with one boundary"],
  ])("is refused with what it must be: %s", async (contentType, reason) => {
    const problem = await readProblem(await post(contentType, "{}"));
    expect(problem).toMatchObject({ status: 415, error_code: "unsupported_media_type" });
    expect(problem.developer_detail).toContain(reason);
  });

  it("is refused with what it must be where GEN takes a key in JSON alone", async () => {
    const path = "/v1/ideas/generate?agent_id=42";
    const problem = await readProblem(
      await post("application/x-www-form-urlencoded", "brief=b", { path, key: stack.key }),
    );
    expect(problem).toMatchObject({ status: 415 });
    expect(problem.developer_detail).toContain("JSON body only");
  });
});
